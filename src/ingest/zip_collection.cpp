#include "ingest/zip_collection.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

std::map<std::string, ZipEntry> entries_of(Bytes archive, const std::filesystem::path& path) {
  try {
    return zip_entries(archive);
  } catch (const Error& error) {
    if (error.category() == ErrorCategory::unsupported)
      throw Error(ErrorCategory::unsupported,
                  fmt::format("{} compresses its files; unpack it and name the folder, or store them (zip -0)", path.string()));
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

std::string ZipCollection::text(const std::string& name) const {
  const auto content = intact_content(entries_.at(name), name);
  return {reinterpret_cast<const char*>(content.data()), content.size()};
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
  const auto& name = items_.at(index).name;
  return {intact_content(entries_.at(name), name), file_};
}

}  // namespace inkstone
