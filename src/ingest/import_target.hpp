// Where imported pictures go: shards, or a folder of PNG files. Private to ingest.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "ingest/collection.hpp"
#include "inkstone/image.hpp"

namespace inkstone {

class ImportTarget {
 public:
  virtual ~ImportTarget() = default;  // removes what was begun and not finished
  virtual void add(const PictureItem& item, const Image& picture, const std::string& sha256) = 0;
  virtual std::vector<std::filesystem::path> finish() = 0;  // what was written
};

// By the form of output; see import.hpp. Throws bad_argument where output is there already, io.
std::unique_ptr<ImportTarget> make_import_target(const std::string& output, int64_t channels, std::vector<std::string> classes);

}  // namespace inkstone
