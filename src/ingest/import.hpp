// Pictures into a data set: decoded, judged, cut, scaled and written, with a report of what was taken and what was not,
// and why. Licence, author and origin of every picture are kept beside it.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "ingest/collection.hpp"
#include "ingest/opt_out.hpp"
#include "ingest/preparation.hpp"
#include "inkstone/datasets.hpp"
#include "inkstone/observer.hpp"

namespace inkstone {

struct ImportOptions {
  CollectionOptions collection = {};
  std::string split = {};
  Preparation preparation = {};
  int64_t channels = 3;
  OptOutList opt_out = {};
  std::vector<std::string> licences = {};  // patterns; empty: any, and none
  int duplicates = -1;                     // distance within which a picture is left out; -1 keeps all
  bool require_captions = false;
  int64_t thumbnails = 0;
  int threads = 2;
  std::function<std::string(Bytes)> sha256;  // needed where the opt-out list names digests; for provenance where given
};

// output: NAME.safetensors or a new folder: shards, or, where it ends in '/', PNG files under their class with a metadata.jsonl.
// Beside shards comes provenance.jsonl (NAME.provenance.jsonl), a line per picture. Throws as open_collection; bad_argument where
// output exists, where captions are required and missing, and where nothing is left; corrupt_file where no picture can be read;
// io; cancelled.
DatasetReport import_pictures(const std::filesystem::path& place, const std::string& output, const ImportOptions& options,
                              Observer& observer);

}  // namespace inkstone
