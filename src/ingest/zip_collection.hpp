// Pictures in a zip archive, uncompressed as StyleGAN's dataset_tool writes them; its dataset.json has
// {"labels": [["00000/img00000000.png", 6], ...]} or null. Private to ingest; see collection.hpp.
#pragma once

#include <map>

#include "ingest/noted_collection.hpp"
#include "weights/zip_directory.hpp"

namespace inkstone {

class ZipCollection : public NotedCollection {
 public:
  // Throws unsupported where the archive is compressed, corrupt_file for a damaged one or a dataset.json that is none.
  explicit ZipCollection(const std::filesystem::path& path);

  PictureBytes bytes(std::size_t index) const override;

 private:
  std::string text(const std::string& name) const;
  void read_labels();

  std::filesystem::path path_;
  std::shared_ptr<const MappedFile> file_;
  std::map<std::string, ZipEntry> entries_;
};

}  // namespace inkstone
