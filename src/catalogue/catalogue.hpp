// The models known by name: what each is for, its licence, where it comes from and the digests that prove it.
// Built in from models/catalogue.toml; a user's own file adds to it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/places.hpp"

namespace inkstone {

struct ModelFile {
  std::string path;                  // relative to the model's folder: "model.json"
  std::vector<std::string> sources;  // tried in turn: https://..., npm:package@version/path, file:///...
  std::uint64_t size = 0;            // bytes
  std::string sha256;                // lower-case hex; its first digits only where no more is published
};

struct ModelEntry {
  std::string name;
  std::string purpose;
  std::string licence;
  std::string format;
  std::string loader;     // the network family that reads it
  std::string main = {};  // the file that stands for the model; empty: its folder does
  std::vector<ModelFile> files = {};

  std::uint64_t size() const;  // bytes, all files
};

// Throws bad_argument naming origin and line: a syntax error, an unknown or missing key, a name used twice, a digest,
// path or source that cannot be right.
std::vector<ModelEntry> parse_catalogue(std::string_view toml, const std::string& origin);

// The text of models/catalogue.toml as it was when the program was built.
std::string_view built_in_catalogue();

class Catalogue {
 public:
  explicit Catalogue(std::vector<ModelEntry> entries) : entries_(std::move(entries)) {}
  // The built-in entries and those of places.user_catalogue(), if it exists. Throws as parse_catalogue, and when the
  // user's file takes a name that is built in.
  static Catalogue load(const Places& places);

  const std::vector<ModelEntry>& entries() const { return entries_; }
  // Throws not_found with the nearest name, of the entries and of what else is known.
  const ModelEntry& find(std::string_view name, std::vector<std::string> known = {}) const;

 private:
  std::vector<ModelEntry> entries_;
};

}  // namespace inkstone
