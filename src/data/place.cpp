#include "data/place.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {

namespace fs = std::filesystem;

fs::file_status status_of(const fs::path& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (fs::exists(status)) return status;
  if (status.type() == fs::file_type::not_found)
    throw Error(ErrorCategory::not_found, fmt::format("there is no {}", path.string()));
  throw Error(ErrorCategory::io, fmt::format("cannot look at {}: {}", path.string(), error.message()));
}

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> entries;
  for (fs::directory_iterator walk(folder, error); !error && walk != fs::directory_iterator(); walk.increment(error))
    entries.push_back(walk->path());
  if (error) throw Error(ErrorCategory::io, fmt::format("cannot read the folder {}: {}", folder.string(), error.message()));
  std::sort(entries.begin(), entries.end());
  return entries;
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

}  // namespace inkstone
