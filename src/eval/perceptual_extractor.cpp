#include "eval/perceptual_extractor.hpp"

#include <vector>

#include <ATen/ATen.h>

#include "inkstone/error.hpp"
#include "models/perceptual/perceptual.hpp"
#include "tensor/picture.hpp"

namespace inkstone {
namespace {

constexpr int64_t kSeenSide = 64, kFeatureGrid = 4, kColourGrid = 8;

at::Tensor rows_of_length_one(const at::Tensor& x) {
  const auto rows = x.flatten(1);
  return rows / rows.norm(2, 1, true).clamp_min(1e-6);
}

// Directions of features, not their strength, as in LPIPS (Zhang et al. 2018).
at::Tensor coarse_directions(const at::Tensor& features) {
  const auto directions = features / (features.square().sum(1, true).sqrt() + 1e-6);
  return rows_of_length_one(at::adaptive_avg_pool2d(directions, {kFeatureGrid, kFeatureGrid}));
}

class PerceptualExtractor : public FeatureExtractor {
 public:
  std::string name() const override { return "inkstone-perceptual/1"; }
  int64_t dimension() const override { return kFeatureGrid * kFeatureGrid * (128 + 256 + 128) + kColourGrid * kColourGrid * 3; }
  bool has_probabilities() const override { return false; }

  FeatureBatch operator()(const at::Tensor& pictures) const override {
    const at::NoGradGuard frozen;
    if (pictures.dim() != 4 || (pictures.size(1) != 1 && pictures.size(1) != 3))
      throw Error(ErrorCategory::bad_argument,
                  "the perceptual network looks at grey or RGB pictures; remove the other channels first");
    auto rgb = resize(pictures.to(at::kFloat) / 255, kSeenSide, kSeenSide).clamp(0, 1);
    if (rgb.size(1) == 1) rgb = rgb.expand({-1, 3, -1, -1}).contiguous();
    std::vector<at::Tensor> parts = {rows_of_length_one(at::adaptive_avg_pool2d(rgb, {kColourGrid, kColourGrid}) - 0.5)};
    for (const auto& layer : features(network_, rgb, {"relu2_2", "relu3_4", "relu5_1"}))
      parts.push_back(coarse_directions(layer));
    return {rows_of_length_one(at::cat(parts, 1)).contiguous(), {}};
  }

 private:
  FeatureNetwork network_ = embedded_network();
};

}  // namespace

std::unique_ptr<FeatureExtractor> make_perceptual_extractor() {
  return std::make_unique<PerceptualExtractor>();
}

}  // namespace inkstone
