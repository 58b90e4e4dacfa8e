// jobs_disk_full FOLDER: FOLDER is a small file system. Jobs wait while it is full, and end when there is room again.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <nlohmann/json.hpp>

#include "inkstone/jobs.hpp"

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

bool fill(const fs::path& file) {
  std::ofstream out(file, std::ios::binary);
  const std::string block(1 << 14, 'x');
  while (out.write(block.data(), std::streamsize(block.size())).flush()) {
  }
  return fs::exists(file);
}

int run(const std::string& folder) {
  inkstone::Jobs::Settings settings;
  settings.folder = folder;
  settings.threads = 1;
  inkstone::Jobs jobs(settings);
  const nlohmann::json request = {{"model", "procedural/julia"}, {"width", 256}, {"batch", 6}};
  const auto id = jobs.submit({.task = "paint", .request = request.dump(), .owner = "ann", .priority = 0, .client_key = ""});
  fill(fs::path(folder) / "ballast");
  auto job = jobs.wait(id, 6000);
  if (job.state != inkstone::JobState::running && job.state != inkstone::JobState::queued) {
    std::printf("the job did not wait for the disk: %s %s\n", std::string(state_name(job.state)).c_str(), job.error.c_str());
    return 1;
  }
  try {
    jobs.add_picture(std::string(10, 'x'));
  } catch (const inkstone::Error& error) {
    std::printf("an upload meanwhile: %s\n", error.what());
  }
  fs::remove(fs::path(folder) / "ballast");
  job = jobs.wait(id, 300000);
  std::printf("%s with %zu pictures %s\n", std::string(state_name(job.state)).c_str(), job.pictures.size(), job.error.c_str());
  return job.state == inkstone::JobState::done && job.pictures.size() == 6 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) try { return count == 2 ? run(words[1]) : 2; } catch (const inkstone::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
