// A folder of pictures. Private to ingest; see collection.hpp.
#pragma once

#include "ingest/noted_collection.hpp"

namespace inkstone {

class FolderCollection : public NotedCollection {
 public:
  // Throws io where the folder itself may not be read; subfolders that may not be are left out.
  explicit FolderCollection(std::filesystem::path folder);

  PictureBytes bytes(std::size_t index) const override;

 private:
  void find_pictures();
  void read_notes();

  std::filesystem::path folder_;
};

// folder/train or folder/test (for "test" also val, valid and validation) where the folder is laid out in splits, else the
// folder.
std::filesystem::path folder_of_split(const std::filesystem::path& folder, const std::string& split);

}  // namespace inkstone
