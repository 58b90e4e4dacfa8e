#include "models/features/perceptual_distance.hpp"

#include <utility>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/alexnet/alexnet.hpp"
#include "models/perceptual/perceptual.hpp"
#include "models/vgg/vgg.hpp"

namespace inkstone {
namespace {

constexpr std::size_t kLpipsLayers = 5;
constexpr double kLeastLength = 1e-10;

at::Tensor in_three_channels(const at::Tensor& pictures) {
  return pictures.size(1) == 3 ? pictures : pictures.expand({-1, 3, -1, -1}).contiguous();
}

// The root has no slope at nothing, where the features of a place may well be: it is taken of what is never 0.
at::Tensor of_unit_length(const at::Tensor& features) {
  constexpr double kLeastSquare = 1e-30;
  return features / (features.square().sum(1, true).clamp_min(kLeastSquare).sqrt() + kLeastLength);
}

// Each layer's [1,C,1,1] in order.
std::vector<at::Tensor> linear_weights(const StateDict& linear) {
  std::vector<at::Tensor> weights;
  for (std::size_t i = 0; i < kLpipsLayers; ++i)
    weights.push_back(linear.at(fmt::format("lin{}.model.1.weight", i), {1, -1, 1, 1}).to(at::kFloat));
  return weights;
}

bool fit(const std::vector<at::Tensor>& weights, const std::vector<int64_t>& channels) {
  for (std::size_t i = 0; i < channels.size(); ++i)
    if (weights[i].size(1) != channels[i]) return false;
  return true;
}

PerceptualDistance::Taps lpips_taps(const StateDict& network, const std::vector<at::Tensor>& weights) {
  if (fit(weights, {64, 192, 384, 256, 256}))
    return [alexnet = make_alexnet(network)](const at::Tensor& rgb) { return features(alexnet, rgb); };
  if (!fit(weights, {64, 128, 256, 512, 512}))
    throw Error(ErrorCategory::unsupported,
                "these LPIPS weights are neither those of VGG16 nor of AlexNet; use the catalogue's lpips-vgg or lpips-alex");
  const std::vector<std::string> layers = {"relu1_2", "relu2_2", "relu3_3", "relu4_3", "relu5_3"};
  auto vgg = make_vgg(network);
  for (const auto& layer : layers) vgg.stage(layer);
  return [vgg = std::move(vgg), layers](const at::Tensor& rgb) { return features(vgg, rgb, layers); };
}

}  // namespace

PerceptualDistance::PerceptualDistance(Taps taps, std::vector<at::Tensor> weights, double factor)
    : taps_(std::move(taps)), weights_(std::move(weights)), factor_(factor) {}

std::vector<at::Tensor> PerceptualDistance::look(const at::Tensor& pictures) const {
  auto seen = taps_(in_three_channels(pictures));
  for (auto& layer : seen) layer = of_unit_length(layer);
  return seen;
}

at::Tensor PerceptualDistance::between(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) const {
  at::Tensor sum;
  for (std::size_t l = 0; l < a.size(); ++l) {
    auto squares = (a[l] - b[l]).square();
    if (!weights_.empty()) squares = squares * weights_[l];
    const auto layer = squares.sum(1).mean({1, 2});
    sum = sum.defined() ? sum + layer : layer;
  }
  return sum * factor_;
}

PerceptualDistance lpips_distance(const StateDict& network, const StateDict& linear) {
  auto weights = linear_weights(linear);
  auto taps = lpips_taps(network, weights);
  return {std::move(taps), std::move(weights), 1};
}

PerceptualDistance perceptual_distance(FeatureNetwork network, std::vector<std::string> layers) {
  for (const auto& layer : layers) network.stage(layer);
  // half the squared distance of unit vectors is 1 - cosine, without the loss of digits near equal ones
  const double factor = 0.5 / static_cast<double>(layers.size());
  return {[network = std::move(network), layers = std::move(layers)](const at::Tensor& rgb) {
            return features(network, rgb, layers);
          },
          {},
          factor};
}

PerceptualDistance perceptual_distance() {
  return perceptual_distance(embedded_network(), {"relu1_2", "relu2_2", "relu3_3", "relu4_3"});
}

}  // namespace inkstone
