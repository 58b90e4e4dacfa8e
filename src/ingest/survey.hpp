// Counting what comes by: the numbers and thumbnails of a report, from pictures one after the other.
#pragma once

#include "data/dataset.hpp"
#include "image/decode.hpp"
#include "ingest/collection.hpp"
#include "ingest/perceptual_hash.hpp"
#include "inkstone/datasets.hpp"
#include "inkstone/observer.hpp"

namespace inkstone {

class Survey {
 public:
  // duplicates: largest distance at which pictures count as alike; -1 does not look. thumbnails: how many are kept, of `expected`
  // pictures evenly.
  Survey(std::string title, std::vector<std::string> classes, int duplicates, int64_t thumbnails, int64_t expected);

  // The earlier picture that this one is like, or empty; asks and remembers.
  std::string duplicate_of(const std::string& name, std::uint64_t hash);

  // A picture that is used. info: of its file; null where there is none.
  void add(const PictureItem& item, const Image& picture, const ImageInfo* info);

  void skip(std::string name, std::string reason) { report_.skipped.push_back({std::move(name), std::move(reason)}); }
  void leave_out(std::string name, std::string reason) { report_.left_out.push_back({std::move(name), std::move(reason)}); }

  DatasetReport& report() { return report_; }
  DatasetReport finish();  // means over what was added

 private:
  void count_pixels(const Image& picture);
  void keep_thumbnail(const PictureItem& item, const Image& picture);

  DatasetReport report_;
  int duplicates_;
  int64_t thumbnails_, expected_;
  HashIndex hashes_;
  std::vector<std::pair<std::string, std::uint64_t>> names_;  // by id in hashes_
  std::array<double, 3> sum_ = {}, squares_ = {};
  double pixels_ = 0;
};

// Of every picture in a collection. Throws corrupt_file where none can be read, cancelled.
DatasetReport survey_collection(const Collection& collection, const std::string& title, int duplicates, int64_t thumbnails,
                                int threads, Observer& observer);

// Of every sample of a data set.
DatasetReport survey_dataset(const Dataset& dataset, const std::string& title, int duplicates, int64_t thumbnails,
                             Observer& observer);

}  // namespace inkstone
