#include "ingest/collection.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/text.hpp"
#include "data/place.hpp"
#include "ingest/caption_table.hpp"
#include "ingest/folder_collection.hpp"
#include "ingest/zip_collection.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

// "cats/a/b.png" -> "cats"; "b.png" -> "".
std::string first_folder(const std::string& name) {
  const auto slash = name.find('/');
  return slash == std::string::npos ? std::string() : name.substr(0, slash);
}

void fill_if_said(std::string& field, const std::string& said) {
  if (!said.empty()) field = said;
}

}  // namespace

bool looks_like_picture(const fs::path& name) {
  static const std::set<std::string> endings = {".png",  ".jpg",  ".jpeg", ".jpe",  ".jfif", ".webp", ".tif",
                                                ".tiff", ".avif", ".heic", ".heif", ".ppm",  ".pgm",  ".pnm",
                                                ".gif",  ".bmp",  ".svg",  ".ico",  ".jxl",  ".jp2",  ".psd"};
  return endings.contains(lower_ascii(name.extension().string()));
}

void NotedCollection::add_notes(const CaptionTable& table, const std::string& folder) {
  for (auto& item : items_) {
    auto found = table.find(item.name);
    if (found == table.end() && item.name.starts_with(folder)) found = table.find(item.name.substr(folder.size()));
    if (found == table.end()) continue;
    const auto& notes = found->second;
    fill_if_said(item.caption, notes.caption);
    fill_if_said(item.author, notes.author);
    fill_if_said(item.licence, notes.licence);
    fill_if_said(item.source, notes.source);
    if (!notes.label.empty()) said_labels_[item.name] = notes.label;
  }
}

void NotedCollection::name_labels(bool by_folder) {
  std::map<std::string, std::string> names;  // of the classes, by picture
  std::set<std::string> distinct;
  for (const auto& item : items_) {
    const auto said = said_labels_.find(item.name);
    auto name = said != said_labels_.end()          ? said->second
                : by_folder && said_labels_.empty() ? first_folder(item.name)
                                                    : std::string();
    if (name.empty()) continue;
    distinct.insert(name);
    names[item.name] = std::move(name);
  }
  // numbers in their own order, so that class 10 does not come before class 2
  classes_.assign(distinct.begin(), distinct.end());
  const auto is_number = [](const std::string& name) {
    return name.size() < 10 && std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c); });
  };
  if (std::all_of(classes_.begin(), classes_.end(), is_number))
    std::sort(classes_.begin(), classes_.end(),
              [](const auto& a, const auto& b) { return std::pair(a.size(), a) < std::pair(b.size(), b); });
  for (auto& item : items_)
    if (const auto found = names.find(item.name); found != names.end())
      item.label = std::find(classes_.begin(), classes_.end(), found->second) - classes_.begin();
}

std::unique_ptr<Collection> open_collection(const fs::path& place, const CollectionOptions& options, const std::string& split) {
  const auto status = status_of(place);
  std::unique_ptr<NotedCollection> collection;
  if (fs::is_directory(status))
    collection = std::make_unique<FolderCollection>(folder_of_split(place, split));
  else if (lower_ascii(place.extension().string()) == ".zip")
    collection = std::make_unique<ZipCollection>(place);
  else
    throw Error(ErrorCategory::bad_argument, fmt::format("{} is neither a folder of pictures nor a .zip", place.string()));
  if (collection->items().empty()) throw Error(ErrorCategory::bad_argument, fmt::format("{} has no pictures", place.string()));
  if (!options.captions.empty()) collection->add_notes(read_caption_table(options.captions), "");
  collection->name_labels(options.labels);
  return collection;
}

}  // namespace inkstone
