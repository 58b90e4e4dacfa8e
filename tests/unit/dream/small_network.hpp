// A VGG in miniature with seeded random weights: every kind of stage, five poolings apart, quick on two cores.
#pragma once

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include "models/features/feature_network.hpp"

namespace inkstone {

inline FeatureNetwork small_network(uint64_t seed = 1) {
  auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  FeatureNetwork network;
  network.name = "small";
  network.scale = {4.0F, 4.2F, 4.4F};
  network.mean = {2.0F, 1.9F, 1.8F};
  int64_t in = 3;
  for (const int block : {1, 2, 3}) {
    for (const int place : {1, 2}) {
      const int64_t out = 16 * (block + place - 1);
      const auto suffix = std::to_string(block) + "_" + std::to_string(place);
      network.stages.push_back({FeatureStage::Kind::conv, "conv" + suffix,
                                at::randn({out, in, 3, 3}, generator) * std::sqrt(2.0 / (9.0 * in)),
                                at::randn({out}, generator) * 0.1});
      network.stages.push_back({FeatureStage::Kind::relu, "relu" + suffix, {}, {}});
      in = out;
    }
    network.stages.push_back({FeatureStage::Kind::pool, "pool" + std::to_string(block), {}, {}});
  }
  return network;
}

inline at::Tensor random_picture(int64_t height, int64_t width, uint64_t seed) {
  auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const auto coarse = at::rand({1, 3, 6, 6}, generator);
  const auto fine = at::rand({1, 3, height, width}, generator);
  return (at::upsample_bilinear2d(coarse, {height, width}, false) * 0.8 + fine * 0.2).clamp(0, 1);
}

}  // namespace inkstone
