// Packed data sets: pictures, labels and captions as tensors in safetensors shards, mapped rather than read. The form in
// which data reaches a machine that has no image libraries. docs/data.md has the layout.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "data/dataset.hpp"

namespace inkstone {

struct PackOptions {
  std::int64_t shard_bytes = std::int64_t(512) << 20;  // of pixels, at most, unless a single picture has more
  std::vector<std::string> classes = {};
  std::map<std::string, std::string> metadata = {};  // written into every shard: "licence", "source"
};

struct PackReport {
  int64_t pictures = 0;
  std::vector<std::filesystem::path> shards;
};

// Writes samples in the order in which they are added: into one shard where path ends in .safetensors (all of it is held in
// memory meanwhile), else into a folder of shards "part-00000.safetensors" and on. A shard is whole or not there.
class PackWriter {
 public:
  // Throws bad_argument unless the folder is absent or empty, io.
  PackWriter(std::filesystem::path path, PackOptions options);
  ~PackWriter();  // what was not finished is not written
  PackWriter(const PackWriter&) = delete;
  PackWriter& operator=(const PackWriter&) = delete;

  void add(const Sample& sample);
  PackReport finish();  // throws bad_argument if nothing was added, io

 private:
  class Shard;
  void flush();

  std::filesystem::path path_;
  PackOptions options_;
  std::unique_ptr<Shard> shard_;
  PackReport report_;
};

// All of dataset, with its classes. Throws as PackWriter, and what get() throws.
PackReport write_packed(const Dataset& dataset, const std::filesystem::path& path, PackOptions options = {});

// One shard, or a folder of shards in the order of their names; shards of one folder must agree on classes. Where every
// picture of a single shard has one size the result is a TensorDataset over the mapping. Throws not_found, io; corrupt_file for
// tensors that are missing, of another shape, or whose offsets do not cover the pixels; bad_argument for a folder without shards.
std::shared_ptr<const Dataset> open_packed(const std::filesystem::path& path);

// True for a .safetensors file that says it is a packed data set, and for a folder that holds .safetensors files.
bool is_packed(const std::filesystem::path& path);

}  // namespace inkstone
