// What is known of a reference set under one feature network, written down so that it is computed once. The file is safetensors:
// "mean" and "covariance" (float64), "features" (float32) where they were kept, and what they are of in the metadata.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "eval/moments.hpp"

namespace inkstone {

struct StatisticsKey {
  std::string data;         // "fashion-mnist", or how the user names the folder
  std::string split;        // "train", "test"; may be empty
  std::string features;     // FeatureExtractor::name(): network, weights and preprocessing
  std::string fingerprint;  // of the data set, so that a changed folder is noticed
  int64_t count = 0;        // pictures

  // "fashion-mnist-train-inception-v3-6726825d-bilinear-60000.safetensors"
  std::string file_name() const;
  bool operator==(const StatisticsKey&) const = default;
};

struct ReferenceStatistics {
  Moments moments;
  at::Tensor features;  // float32 [N,D]; undefined where they were not kept
};

// Throws io.
void save_statistics(const std::filesystem::path& folder, const StatisticsKey& key, const ReferenceStatistics& statistics);

// Absent where there is no file or where it is of another key (the data changed). Throws corrupt_file, io.
std::optional<ReferenceStatistics> load_statistics(const std::filesystem::path& folder, const StatisticsKey& key);

}  // namespace inkstone
