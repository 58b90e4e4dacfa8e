// A space of words and 16x16 pictures that trains in no time, for tests of what trains it and of what stands on it.
#pragma once

#include <nlohmann/json.hpp>

#include "core/options.hpp"
#include "families/contrastive/contrastive.hpp"
#include "plain_step.hpp"
#include "train/model_file.hpp"

namespace inkstone {

inline ContrastiveOptions small_contrastive() {
  ContrastiveOptions options;
  options.base_width = 8;
  options.features = 16;
  options.depth = 1;
  options.text_length = 12;
  options.text_depth = 1;
  return options;
}

inline PictureShape small_pair_shape() {
  return {3, 16, 16, {}};
}

inline Batch told_pairs() {
  auto batch = blobs(8, 3, 16, 16);
  batch.captions = {"a red fox",         "一只蓝色的猫",  "two eggs", "三颗星星",
                    "four green apples", "a yellow fish", "五只狗",   "a bird"};
  return batch;
}

inline StateDict model_of(Family& family, const std::string& name, const nlohmann::json& options,
                          const PictureShape& shape = small_pair_shape()) {
  StateDict model;
  collect_weights(model, family.networks());
  describe(model, {name, options.dump(), shape});
  return model;
}

}  // namespace inkstone
