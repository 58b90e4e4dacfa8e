#include "ingest/zip_collection.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr std::uint64_t kMostUnpacked = std::uint64_t(1) << 30;  // of one file: more is an attack, not a picture

std::map<std::string, ZipEntry> entries_of(Bytes archive, const std::filesystem::path& path) {
  try {
    return zip_entries(archive, ZipMethods::deflated_too);
  } catch (const Error& error) {
    if (error.category() == ErrorCategory::unsupported)
      throw Error(ErrorCategory::unsupported, fmt::format("{}: {}; unpack it and name the folder", path.string(), error.what()));
    throw Error(error.category(), fmt::format("{}: {}", path.string(), error.what()));
  }
}

}  // namespace

ZipCollection::ZipCollection(const std::filesystem::path& path)
    : path_(path), file_(std::make_shared<const MappedFile>(path)), entries_(entries_of(file_->bytes(), path)) {
  for (const auto& [name, entry] : entries_)
    if (looks_like_picture(name) && !name.starts_with("__MACOSX/")) items_.push_back({name, -1, {}, {}, {}, {}});
  if (entries_.contains("metadata.jsonl"))
    add_notes(parse_caption_table(text("metadata.jsonl"), ".jsonl", path.string() + "/metadata.jsonl"), "");
  if (entries_.contains("dataset.json")) read_labels();
}

PictureBytes ZipCollection::content(const std::string& name) const {
  const auto& entry = entries_.at(name);
  if (!entry.deflated) return {intact_content(entry, name), file_};
  if (entry.size > kMostUnpacked)
    throw Error(ErrorCategory::unsupported, fmt::format("{}: '{}' would unpack to {} MB; unpack it and name the folder",
                                                        path_.string(), name, entry.size >> 20));
  const auto unpacked = std::make_shared<const std::string>(unpacked_content(entry, name));
  return {as_bytes(*unpacked), unpacked};
}

std::string ZipCollection::text(const std::string& name) const {
  const auto found = content(name);
  return {reinterpret_cast<const char*>(found.bytes.data()), found.bytes.size()};
}

void ZipCollection::read_labels() {
  const auto document = nlohmann::json::parse(text("dataset.json"), nullptr, false);
  const auto fail = [&] {
    throw Error(ErrorCategory::corrupt_file,
                fmt::format("{}: dataset.json is not of StyleGAN's form {{\"labels\": [[name, number], ...]}}", path_.string()));
  };
  if (!document.is_object()) fail();
  const auto labels = document.find("labels");
  if (labels == document.end() || labels->is_null()) return;
  if (!labels->is_array()) fail();
  for (const auto& pair : *labels) {
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_number_integer()) fail();
    said_labels_[pair[0].get<std::string>()] = pair[1].dump();
  }
}

PictureBytes ZipCollection::bytes(std::size_t index) const {
  return content(items_.at(index).name);
}

}  // namespace inkstone
