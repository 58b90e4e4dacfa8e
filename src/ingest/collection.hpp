// Where pictures come from before they are a data set: a folder or a zip, with what is known about each picture from
// its place, from texts beside it and from tables of captions. Nothing is decoded here.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/files.hpp"

namespace inkstone {

struct PictureItem {
  std::string name;    // path within the collection, '/' between its parts
  int64_t label = -1;  // into Collection::classes()
  std::string caption;
  std::string author, licence, source;
};

struct PictureBytes {
  Bytes bytes;
  std::shared_ptr<const void> owner;  // keeps them
};

class Collection {
 public:
  virtual ~Collection() = default;
  const std::vector<PictureItem>& items() const { return items_; }  // by name
  const std::vector<std::string>& classes() const { return classes_; }

  // The file of one item. Throws io, not_found, corrupt_file. May be called from several threads.
  virtual PictureBytes bytes(std::size_t index) const = 0;

 protected:
  std::vector<PictureItem> items_;
  std::vector<std::string> classes_;
};

struct CollectionOptions {
  std::filesystem::path captions = {};  // a table (ingest/caption_table.hpp) beside those found in the collection
  bool labels = true;                   // from the names of subfolders
};

// A folder, recursively, or a .zip. Labels: the first folder on the way to a picture, where there are folders. Captions and more:
// a .txt of the picture's name beside it, then metadata.jsonl, metadata.csv or captions.csv at the top (those win), then
// options.captions; a zip's dataset.json gives labels (StyleGAN). A folder with train/ and test/ (or val/) in it is entered by
// split; empty: taken whole. Hidden files and links to folders are left out. Throws not_found, io; bad_argument where there are
// no pictures; corrupt_file for a damaged table or archive.
std::unique_ptr<Collection> open_collection(const std::filesystem::path& place, const CollectionOptions& options = {},
                                            const std::string& split = {});

// By extension: what one would call a picture, whether or not this program can read it.
bool looks_like_picture(const std::filesystem::path& name);

}  // namespace inkstone
