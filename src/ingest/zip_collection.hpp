// Pictures in a zip archive, stored as StyleGAN's dataset_tool writes them or deflated as others do; its dataset.json has
// {"labels": [["00000/img00000000.png", 6], ...]} or null. Private to ingest; see collection.hpp.
#pragma once

#include <map>

#include "ingest/noted_collection.hpp"
#include "weights/zip_directory.hpp"

namespace inkstone {

class ZipCollection : public NotedCollection {
 public:
  // Throws unsupported where the archive is encrypted or compressed otherwise, corrupt_file for a damaged one or a dataset.json
  // that is none.
  explicit ZipCollection(const std::filesystem::path& path);

  PictureBytes bytes(std::size_t index) const override;

 private:
  PictureBytes content(const std::string& name) const;
  std::string text(const std::string& name) const;
  void read_labels();

  std::filesystem::path path_;
  std::shared_ptr<const MappedFile> file_;
  std::map<std::string, ZipEntry> entries_;
};

}  // namespace inkstone
