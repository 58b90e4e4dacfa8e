#include "ingest/folder_collection.hpp"

#include <unistd.h>

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/text.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostCaption = std::uint64_t(1) << 20;

bool is_hidden(const fs::path& path) {
  const auto name = path.filename().string();
  return name.starts_with('.') || name == "__MACOSX";
}

}  // namespace

FolderCollection::FolderCollection(fs::path folder) : folder_(std::move(folder)) {
  find_pictures();
  read_notes();
}

void FolderCollection::find_pictures() {
  std::error_code error;
  fs::recursive_directory_iterator walk(folder_, fs::directory_options::skip_permission_denied, error);
  // an unreadable top would look like an empty folder
  if (error || ::access(folder_.c_str(), R_OK | X_OK) != 0)
    throw Error(ErrorCategory::io,
                fmt::format("cannot read the folder {}: {}", folder_.string(), error ? error.message() : "permission denied"));
  for (; walk != fs::recursive_directory_iterator(); walk.increment(error)) {
    if (error) throw Error(ErrorCategory::io, fmt::format("cannot read the folder {}: {}", folder_.string(), error.message()));
    std::error_code ignored;
    if (is_hidden(walk->path()))
      walk.disable_recursion_pending();
    else if (looks_like_picture(walk->path()) && walk->is_regular_file(ignored))
      items_.push_back({fs::relative(walk->path(), folder_).generic_string(), -1, {}, {}, {}, {}});
  }
  std::sort(items_.begin(), items_.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
}

void FolderCollection::read_notes() {
  std::set<std::string> folders = {""};
  for (auto& item : items_) {
    const auto slash = item.name.rfind('/');
    if (slash != std::string::npos) folders.insert(item.name.substr(0, slash + 1));
    const auto text = (folder_ / item.name).replace_extension(".txt");
    std::error_code ignored;
    if (fs::is_regular_file(text, ignored)) item.caption = trimmed(read_file(text, kMostCaption));
  }
  for (const auto& folder : folders)
    for (const char* name : {"captions.csv", "metadata.csv", "metadata.jsonl"})
      if (std::error_code ignored; fs::is_regular_file(folder_ / folder / name, ignored))
        add_notes(read_caption_table(folder_ / folder / name), folder);
}

PictureBytes FolderCollection::bytes(std::size_t index) const {
  auto file = std::make_shared<const MappedFile>(folder_ / items_.at(index).name);
  const auto bytes = file->bytes();
  return {bytes, std::move(file)};
}

fs::path folder_of_split(const fs::path& folder, const std::string& split) {
  const std::vector<std::string> tests = {"test", "val", "valid", "validation"};
  const auto has = [&](const std::string& name) {
    std::error_code ignored;
    return fs::is_directory(folder / name, ignored);
  };
  const bool laid_out = has("train") && std::any_of(tests.begin(), tests.end(), has);
  if (!laid_out || split.empty()) return folder;
  if (split == "train") return folder / "train";
  return folder / *std::find_if(tests.begin(), tests.end(), has);
}

}  // namespace inkstone
