// What folders and zips share: notes from tables, and labels made from notes or from names. Private to ingest.
#pragma once

#include <map>
#include <string>

#include "ingest/caption_table.hpp"
#include "ingest/collection.hpp"

namespace inkstone {

class NotedCollection : public Collection {
 public:
  // Names in the table are relative to folder ("cats/", or empty for the top). What it says replaces what was known.
  void add_notes(const CaptionTable& table, const std::string& folder);

  // Last: numbers the classes. Labels said by tables win; without any, the first folder of a picture is its class.
  void name_labels(bool by_folder);

 protected:
  std::map<std::string, std::string> said_labels_;  // class by picture
};

}  // namespace inkstone
