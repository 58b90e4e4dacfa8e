#include "catalogue/cache.hpp"

#include <fmt/format.h>

#include "catalogue/fetcher.hpp"
#include "catalogue/part_file.hpp"
#include "catalogue/sha256.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

bool has_size(const std::filesystem::path& path, std::uint64_t size) {
  std::error_code code;
  return std::filesystem::is_regular_file(path, code) && std::filesystem::file_size(path, code) == size && !code;
}

FileCheck check(const std::filesystem::path& path, const ModelFile& file, const std::string& model) {
  FileCheck result{.path = path, .model = model};
  if (!std::filesystem::exists(path)) return result;
  result.state = FileState::wrong_size;
  if (!has_size(path, file.size)) return result;
  result.sha256 = sha256_file(path);
  result.state = digest_matches(result.sha256, file.sha256) ? FileState::intact : FileState::wrong_digest;
  return result;
}

}  // namespace

bool ModelCache::is_present(const ModelEntry& entry) const {
  for (const auto& file : entry.files)
    if (!has_size(folder(entry) / file.path, file.size)) return false;
  return true;
}

std::filesystem::path ModelCache::path(const ModelEntry& entry) const {
  if (!is_present(entry))
    throw Error(
        ErrorCategory::not_found,
        fmt::format("the model '{}' is not on this machine; get it with `inkstone models pull {}`", entry.name, entry.name));
  return entry.main.empty() ? folder(entry) : folder(entry) / entry.main;
}

void ModelCache::pull(const ModelEntry& entry, Observer& observer) const {
  std::vector<ModelFile> missing;
  std::uint64_t bytes = 0;
  for (const auto& file : entry.files) {
    if (check(folder(entry) / file.path, file, entry.name).state == FileState::intact) continue;
    missing.push_back(file);
    bytes += file.size;
  }
  if (missing.empty()) return;
  Transfer transfer(observer, "download " + entry.name, entry.size(), entry.size() - bytes);
  Fetcher(places_, entry, missing, transfer).fetch_all();
}

std::vector<FileCheck> ModelCache::verify(const ModelEntry& entry) const {
  std::vector<FileCheck> checks;
  for (const auto& file : entry.files) checks.push_back(check(folder(entry) / file.path, file, entry.name));
  return checks;
}

FileCheck identify(const std::filesystem::path& path, const Catalogue& catalogue) {
  FileCheck result{.path = path, .state = FileState::unknown, .sha256 = sha256_file(path)};
  for (const auto& entry : catalogue.entries())
    for (const auto& file : entry.files)
      if (result.model.empty() && file.path != "LICENSE" && digest_matches(result.sha256, file.sha256)) {
        result.state = FileState::intact;
        result.model = entry.name;
      }
  return result;
}

}  // namespace inkstone
