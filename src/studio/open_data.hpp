// A data set by whatever one may write for it: a ready name, an engine spec, a folder or zip of pictures.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "inkstone/observer.hpp"

namespace inkstone::studio {

struct DataWish {
  int64_t height = 0, width = 0;  // what training will want; pictures of a folder are scaled down to cover it. 0: as they are
  int64_t channels = 3;           // of pictures in a folder: 3 or 1; other sources have their own
  std::string captions = {};      // a table, for folders
  double detail = 1;              // how much larger pictures are kept than is wanted, for random crops of a part
  int threads = 2;
  bool may_pull = true;  // get a ready data set that is absent; else not_found says how
};

// Names that need no path: "mnist", "fashion-mnist", "cifar10", "emoji", "words" (which takes options: data/words_dataset.hpp).
const std::vector<std::string>& ready_datasets();

// spec: a ready name, what data/open.hpp takes, or a folder or zip of pictures (ingest/collection.hpp). split: "train" or "test";
// what has no parts is taken whole for both. Unreadable pictures are told to the observer and left out. Throws not_found naming
// what is meant, and what the sources throw.
std::shared_ptr<const Dataset> open_data(const std::string& spec, const std::string& split, Observer& observer,
                                         const DataWish& wish = {});

// Whether split "test" holds other pictures than "train".
bool has_test_split(const std::string& spec);

}  // namespace inkstone::studio
