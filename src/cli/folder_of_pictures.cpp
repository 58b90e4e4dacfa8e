#include "cli/folder_of_pictures.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

const std::set<std::string> kWritten = {".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".avif", ".ppm"};
const std::set<std::string> kOnlyRead = {".heic", ".heif", ".pgm"};

std::string lower_extension(const fs::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return extension;
}

void make_folder(const fs::path& output) {
  std::error_code failed;
  fs::create_directories(output, failed);
  if (failed || !fs::is_directory(output))
    throw Error(ErrorCategory::io, fmt::format("cannot make the folder {} for the results", output.string()));
}

}  // namespace

std::vector<FolderJob> folder_jobs(const fs::path& folder, const fs::path& output) {
  if (output.empty())
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} is a folder; name another for the results with -o FOLDER", folder.string()));
  std::error_code ignored;
  if (fs::equivalent(folder, output, ignored))
    throw Error(ErrorCategory::bad_argument, "the results would replace the pictures; name another folder with -o");
  std::vector<FolderJob> jobs;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto extension = lower_extension(entry.path());
    if (!entry.is_regular_file() || (!kWritten.contains(extension) && !kOnlyRead.contains(extension))) continue;
    const auto name =
        kWritten.contains(extension) ? entry.path().filename() : fs::path(entry.path().filename().string() + ".png");
    jobs.push_back({entry.path(), output / name});
  }
  if (jobs.empty()) throw Error(ErrorCategory::bad_argument, fmt::format("{} holds no pictures", folder.string()));
  std::sort(jobs.begin(), jobs.end(), [](const FolderJob& a, const FolderJob& b) { return a.picture < b.picture; });
  make_folder(output);
  return jobs;
}

}  // namespace inkstone
