#include "train/checkpoints.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace fs = std::filesystem;
namespace {

bool is_checkpoint(const fs::path& path) {
  return path.extension() == ".safetensors" && path.filename().string().starts_with("step-");
}

}  // namespace

fs::path Checkpoints::file(int64_t step) const {
  return folder_ / fmt::format("step-{:08}.safetensors", step);
}

std::vector<fs::path> Checkpoints::files() const {
  std::vector<fs::path> found;
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(folder_, absent))
    if (is_checkpoint(entry.path())) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

void Checkpoints::save(int64_t step, const StateDict& state) const {
  std::error_code failed;
  fs::create_directories(folder_, failed);
  if (failed) throw Error(ErrorCategory::io, fmt::format("cannot make {}: {}", folder_.string(), failed.message()));
  write_safetensors(file(step), state);
  const auto all = files();
  for (std::size_t k = 0; k + keep_ < all.size(); ++k) fs::remove(all[k], failed);
}

std::optional<StateDict> Checkpoints::newest(const std::function<void(const std::string&)>& skipped) const {
  auto all = files();
  for (auto path = all.rbegin(); path != all.rend(); ++path) {
    try {
      return read_safetensors(*path);
    } catch (const Error& error) {
      skipped(fmt::format("{} cannot be read ({}); going back to the one before", path->string(), error.what()));
    }
  }
  return std::nullopt;
}

}  // namespace inkstone
