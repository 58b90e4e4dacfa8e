// A folder or zip of pictures as a data set. Every picture is decoded once when it is opened, which finds those that
// cannot be read and fills the memory that is allowed; later only what did not fit is decoded again.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "ingest/collection.hpp"
#include "ingest/preparation.hpp"
#include "inkstone/datasets.hpp"
#include "inkstone/observer.hpp"

namespace inkstone {

struct PictureSetOptions {
  CollectionOptions collection = {};
  std::string split = {};
  Preparation preparation = {};  // shorter_side keeps memory small where training is on small pictures
  int64_t channels = 3;
  std::int64_t memory = std::int64_t(1) << 30;  // bytes of decoded pictures to keep
  int threads = 2;
};

struct PictureSet {
  std::shared_ptr<const Dataset> dataset;
  std::vector<SkippedPicture> skipped;
};

// Throws as open_collection; corrupt_file where no picture can be read; cancelled.
PictureSet open_pictures(const std::filesystem::path& place, const PictureSetOptions& options, Observer& observer);

}  // namespace inkstone
