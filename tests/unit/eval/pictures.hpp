// Data sets and feature networks small enough to know the answer.
#pragma once

#include <vector>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include "data/dataset.hpp"
#include "eval/feature_extractor.hpp"

namespace inkstone {

class ListedPictures : public Dataset {
 public:
  explicit ListedPictures(std::vector<Sample> samples) : samples_(std::move(samples)) {}
  int64_t size() const override { return static_cast<int64_t>(samples_.size()); }
  Sample get(int64_t index) const override { return samples_.at(static_cast<std::size_t>(index)); }

 private:
  std::vector<Sample> samples_;
};

// Noise of 12 x 12, brighter by class.
inline ListedPictures noise(int64_t count, uint64_t seed, int64_t classes = 2, int64_t channels = 1) {
  auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  std::vector<Sample> samples;
  for (int64_t i = 0; i < count; ++i) {
    const auto bytes = at::randint(0, 100, {channels, 12, 12}, generator, at::kByte) + (i % classes) * 100;
    samples.push_back({bytes.to(at::kByte), i % classes, ""});
  }
  return ListedPictures(std::move(samples));
}

// Means of the four quarters of the picture; two classes, dark and bright.
class QuarterMeans : public FeatureExtractor {
 public:
  explicit QuarterMeans(bool classifies = true) : classifies_(classifies) {}
  std::string name() const override { return "quarters/1"; }
  int64_t dimension() const override { return 4; }
  bool has_probabilities() const override { return classifies_; }
  FeatureBatch operator()(const at::Tensor& pictures) const override {
    calls += pictures.size(0);
    const auto grey = pictures.to(at::kFloat).mean(1, true);
    const auto features = at::adaptive_avg_pool2d(grey, {2, 2}).flatten(1);
    const auto bright = ((features.mean(1) - 100) / 10).sigmoid();
    return {features, classifies_ ? at::stack({1 - bright, bright}, 1) : at::Tensor()};
  }

  mutable int64_t calls = 0;

 private:
  bool classifies_;
};

}  // namespace inkstone
