// Data sets from pictures: importing, looking into, packing and collecting them (docs/data.md). Every call blocks, reports to the
// observer, can be stopped, and throws Error alone.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "inkstone/dataset_request.hpp"
#include "inkstone/observer.hpp"

namespace inkstone {

struct SkippedPicture {
  std::string name, reason;
};

struct DuplicatePicture {
  std::string name, of;  // the later one, and the first that it is like
  int distance = 0;      // bits of 64
};

struct PictureThumbnail {
  std::string name, caption, label;
  std::string jpeg;  // the file's bytes
};

// What a collection or a data set holds.
struct DatasetReport {
  std::string title;
  int64_t pictures = 0;                                     // that can be used
  std::map<std::string, int64_t> formats, sizes, licences;  // "JPEG", "640x480", "CC-BY-4.0": how many
  std::vector<std::pair<std::string, int64_t>> classes;     // in the order of the labels
  int64_t unlabelled = 0, captioned = 0, grey = 0, transparent = 0;
  std::array<double, 3> mean = {}, deviation = {};  // of R, G and B in [0,1], over all pixels; grey counts in all three
  std::vector<SkippedPicture> skipped;              // unreadable
  std::vector<SkippedPicture> left_out;             // by opt-out list or licence
  std::vector<DuplicatePicture> duplicates;
  std::vector<PictureThumbnail> thumbnails;
  std::vector<std::filesystem::path> outputs;  // files that were written
};

// Unreadable pictures are skipped and listed. Throws corrupt_file where none can be read, bad_argument where there are none, or
// where output exists.
DatasetReport import_dataset(const DatasetImportRequest& request, Observer& observer);

DatasetReport smooth_dataset(const DatasetSmoothRequest& request, Observer& observer);

DatasetReport inspect_dataset(const DatasetInspectRequest& request, Observer& observer);

DatasetReport pack_dataset(const DatasetPackRequest& request, Observer& observer);

// Only duplicates, skipped and pictures are filled.
DatasetReport dedupe_dataset(const DatasetDedupeRequest& request, Observer& observer);

// skipped lists what could not be had.
DatasetReport collect_dataset(const DatasetCollectRequest& request, Observer& observer);

}  // namespace inkstone
