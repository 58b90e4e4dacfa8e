#include "eval/perceptual_distance.hpp"

#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/alexnet/alexnet.hpp"
#include "models/perceptual/perceptual.hpp"
#include "models/vgg/vgg.hpp"

namespace inkstone {
namespace {

using Taps = std::function<std::vector<at::Tensor>(const at::Tensor& rgb)>;

constexpr std::size_t kLpipsLayers = 5;

void check_pair(const at::Tensor& a, const at::Tensor& b) {
  if (a.sizes() != b.sizes())
    throw Error(ErrorCategory::bad_argument, "a perceptual distance compares pictures of one size; resize one set first");
}

at::Tensor as_rgb(const at::Tensor& pictures) {
  return pictures.size(1) == 3 ? pictures : pictures.expand({-1, 3, -1, -1}).contiguous();
}

at::Tensor unit_length(const at::Tensor& features) {
  return features / (features.square().sum(1, true).sqrt() + 1e-10);
}

// Each layer's [1,C,1,1] in order.
std::vector<at::Tensor> linear_weights(const StateDict& linear) {
  std::vector<at::Tensor> weights;
  for (std::size_t i = 0; i < kLpipsLayers; ++i)
    weights.push_back(linear.at(fmt::format("lin{}.model.1.weight", i), {1, -1, 1, 1}).to(at::kFloat));
  return weights;
}

bool fits(const std::vector<at::Tensor>& weights, const std::vector<int64_t>& channels) {
  for (std::size_t i = 0; i < channels.size(); ++i)
    if (weights[i].size(1) != channels[i]) return false;
  return true;
}

Taps taps_of(const StateDict& network, const std::vector<at::Tensor>& weights) {
  if (fits(weights, {64, 192, 384, 256, 256}))
    return [alexnet = make_alexnet(network)](const at::Tensor& rgb) { return features(alexnet, rgb); };
  if (!fits(weights, {64, 128, 256, 512, 512}))
    throw Error(ErrorCategory::unsupported,
                "these LPIPS weights are neither those of VGG16 nor of AlexNet; use the catalogue's lpips-vgg or lpips-alex");
  const std::vector<std::string> layers = {"relu1_2", "relu2_2", "relu3_3", "relu4_3", "relu5_3"};
  auto vgg = make_vgg(network);
  for (const auto& layer : layers) vgg.stage(layer);
  return [vgg = std::move(vgg), layers](const at::Tensor& rgb) { return features(vgg, rgb, layers); };
}

}  // namespace

PairDistance make_lpips(const StateDict& network, const StateDict& linear) {
  auto weights = linear_weights(linear);
  auto taps = taps_of(network, weights);
  return [taps = std::move(taps), weights = std::move(weights)](const at::Tensor& a, const at::Tensor& b) {
    check_pair(a, b);
    const at::NoGradGuard frozen;
    const auto f = taps(as_rgb(a)), g = taps(as_rgb(b));
    auto sum = at::zeros({a.size(0)});
    for (std::size_t l = 0; l < weights.size(); ++l)
      sum += ((unit_length(f[l]) - unit_length(g[l])).square() * weights[l]).sum(1).mean({1, 2});
    return sum;
  };
}

PairDistance make_perceptual_distance(FeatureNetwork network, std::vector<std::string> layers) {
  for (const auto& layer : layers) network.stage(layer);
  return [network = std::move(network), layers = std::move(layers)](const at::Tensor& a, const at::Tensor& b) {
    check_pair(a, b);
    const at::NoGradGuard frozen;
    const auto f = features(network, as_rgb(a), layers), g = features(network, as_rgb(b), layers);
    auto sum = at::zeros({a.size(0)});
    // half the squared distance of unit vectors is 1 - cosine, without the loss of digits near equal ones
    for (std::size_t l = 0; l < layers.size(); ++l)
      sum += (unit_length(f[l]) - unit_length(g[l])).square().sum(1).mean({1, 2}) / 2;
    return sum / static_cast<double>(layers.size());
  };
}

PairDistance make_perceptual_distance() {
  return make_perceptual_distance(embedded_network(), {"relu1_2", "relu2_2", "relu3_3", "relu4_3"});
}

}  // namespace inkstone
