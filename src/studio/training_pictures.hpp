// The pictures that a model was trained on, where they are at hand: a run's folder names its data, and so do those who know
// better.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "data/dataset.hpp"
#include "eval/feature_extractor.hpp"
#include "inkstone/observer.hpp"

namespace inkstone::studio {

struct TrainingPictures {
  std::shared_ptr<const Dataset> training;  // null: not at hand
  std::shared_ptr<const Dataset> held_out;  // what the run held out of them; or null
  std::string name;                         // of the data, as a config or a person wrote it
  std::string missing;                      // one clause on why there are none
};

// model: a run, its model file, or the painter that comes with the program. named: the data in place of what the run's config
// says; empty: that. Nothing is downloaded. Data that a config names and that cannot be opened are missing; named data that
// cannot be opened throw as open_data does.
TrainingPictures training_pictures(const std::filesystem::path& model, const std::string& named, Observer& observer);

// Some of a data set through a feature network: float32 [N,D], pictures of any sizes. Throws cancelled.
at::Tensor features_of(const Dataset& data, const std::vector<int64_t>& which, const FeatureExtractor& extractor,
                       Observer& observer);

// The same of pictures float32 [N,C,H,W] in [-1,1].
at::Tensor features_of(const at::Tensor& pictures, const FeatureExtractor& extractor);

// Which `most` of so many pictures are looked at: evenly drawn by seed, rising.
std::vector<int64_t> drawn_indices(int64_t size, int64_t most, uint64_t seed);

}  // namespace inkstone::studio
