#include "models/adain/adain.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "nn/fill.hpp"
#include "nn/mirror.hpp"

namespace inkstone {
namespace {

constexpr double kLeastVariance = 1e-5;
constexpr std::string_view kDecoder = "decoder.";

class NetworkEncoder : public AdainEncoder {
 public:
  NetworkEncoder(FeatureNetwork network, std::string layer) : network_(std::move(network)), layer_(std::move(layer)) {
    network_.stage(layer_);
  }
  at::Tensor operator()(const at::Tensor& rgb) const override { return features(network_, rgb, {layer_}).front(); }

 private:
  FeatureNetwork network_;
  std::string layer_;
};

// A 1x1 convolution that normalises the picture, then VGG19's to relu4_1, their places in the published nn.Sequential and a
// pooling before some.
struct PublishedPlace {
  int number;
  int64_t in, out;
  bool pool;
};
constexpr PublishedPlace kPublished[] = {{2, 3, 64, false},     {5, 64, 64, false},    {9, 64, 128, true},
                                         {12, 128, 128, false}, {16, 128, 256, true},  {19, 256, 256, false},
                                         {22, 256, 256, false}, {25, 256, 256, false}, {28, 256, 512, true}};

class PublishedEncoder : public AdainEncoder {
 public:
  explicit PublishedEncoder(const StateDict& weights)
      : normalise_(taken(weights, 0, {3, 3, 1, 1})), shift_(taken_bias(weights, 0, 3)) {
    for (const auto& place : kPublished) {
      weights_.push_back(taken(weights, place.number, {place.out, place.in, 3, 3}));
      biases_.push_back(taken_bias(weights, place.number, place.out));
    }
  }
  at::Tensor operator()(const at::Tensor& rgb) const override {
    auto x = at::conv2d(rgb, normalise_, shift_);
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      if (kPublished[i].pool) x = at::max_pool2d(x, 2, 2, 0, 1, true);
      x = at::relu(at::conv2d(nn::mirrored(x, 1, 1), weights_[i], biases_[i]));
    }
    return x;
  }

 private:
  static at::Tensor named(const StateDict& weights, const std::string& name, at::IntArrayRef shape) {
    const auto found = weights.tensors.find(name);
    if (found == weights.tensors.end())
      throw Error(ErrorCategory::corrupt_file, fmt::format("the encoder of AdaIN has no tensor '{}'", name));
    if (found->second.sizes() != shape)
      throw Error(ErrorCategory::corrupt_file,
                  fmt::format("tensor '{}' of the encoder of AdaIN has another shape than VGG19's", name));
    return found->second.to(at::kFloat);
  }
  static at::Tensor taken(const StateDict& weights, int number, at::IntArrayRef shape) {
    return named(weights, fmt::format("{}.weight", number), shape);
  }
  static at::Tensor taken_bias(const StateDict& weights, int number, int64_t out) {
    return named(weights, fmt::format("{}.bias", number), {out});
  }

  at::Tensor normalise_, shift_;
  std::vector<at::Tensor> weights_, biases_;
};

// The decoder's tensors without what the name of the network in a model file puts before them.
StateDict of_decoder(const StateDict& weights) {
  StateDict own;
  for (const auto& [name, tensor] : weights.tensors)
    own.tensors[name.starts_with(kDecoder) ? name.substr(kDecoder.size()) : name] = tensor;
  return own;
}

// Where convolution `i` stands in the published nn.Sequential: border, convolution, rectifier, and a doubling before some.
std::vector<int> sequential_numbers(const std::vector<DecoderStep>& steps) {
  std::vector<int> numbers;
  int next = 1;
  for (const auto& step : steps) {
    if (step.enlarge) ++next;
    numbers.push_back(next);
    next += 3;
  }
  return numbers;
}

// The steps that the tensors' names and shapes tell of; empty: they are no decoder.
std::vector<DecoderStep> steps_in(const StateDict& weights) {
  std::vector<DecoderStep> steps;
  for (int number = 1; number < 200;) {
    const auto at = [&](int n) { return weights.tensors.find(fmt::format("{}.weight", n)); };
    auto found = at(number);
    const bool enlarge = found == weights.tensors.end() && !steps.empty();
    if (enlarge) found = at(++number);
    if (found == weights.tensors.end() || found->second.dim() != 4 || found->second.size(2) != 3) break;
    steps.push_back({found->second.size(1), found->second.size(0), enlarge});
    number += 3;
  }
  return !steps.empty() && steps.back().out == 3 && weights.tensors.size() == 2 * steps.size() ? steps
                                                                                               : std::vector<DecoderStep>();
}

}  // namespace

FeatureMoments feature_moments(const at::Tensor& features) {
  const auto flat = features.to(at::kFloat).flatten(2);
  const auto shape = std::vector<int64_t>{features.size(0), features.size(1), 1, 1};
  const bool one = flat.size(2) == 1;  // has no deviation over n - 1
  return {flat.mean(2).view(shape), (flat.var(at::IntArrayRef{2}, !one) + kLeastVariance).sqrt().view(shape)};
}

at::Tensor adaptive_norm(const at::Tensor& x, const FeatureMoments& own, const FeatureMoments& style) {
  return (x - own.mean) / own.deviation * style.deviation + style.mean;
}

std::unique_ptr<AdainEncoder> adain_encoder(FeatureNetwork network, const std::string& layer) {
  return std::make_unique<NetworkEncoder>(std::move(network), layer);
}

std::unique_ptr<AdainEncoder> adain_encoder(const StateDict& published) {
  return std::make_unique<PublishedEncoder>(published);
}

std::vector<DecoderStep> mirrored_steps(const FeatureNetwork& network, const std::string& layer) {
  if (!is_straight(network))
    throw Error(ErrorCategory::bad_argument,
                fmt::format("AdaIN wants a network in a straight line, VGG19 say; {} branches", network.name));
  const auto tap = network.stage(layer);
  const auto channels = channels_of(network);
  std::vector<DecoderStep> steps;
  int64_t before = 3;
  bool pooled = false;
  for (std::size_t i = 0; i <= tap; ++i) {
    pooled = pooled || network.stages[i].kind == FeatureStage::Kind::pool;
    if (network.stages[i].kind != FeatureStage::Kind::relu) continue;
    if (pooled) steps.front().enlarge = true;
    steps.insert(steps.begin(), {channels[i], before, false});
    before = channels[i];
    pooled = false;
  }
  if (steps.empty()) throw Error(ErrorCategory::bad_argument, fmt::format("there is no rectifier up to {}", layer));
  return steps;
}

AdainDecoderImpl::AdainDecoderImpl(const std::vector<DecoderStep>& steps) {
  const auto numbers = sequential_numbers(steps);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    nn::PictureConvolutionOptions o;
    o.in = steps[i].in, o.out = steps[i].out;
    o.enlarge = steps[i].enlarge ? nn::Enlarge::nearest : nn::Enlarge::none;
    o.norm = false;
    o.relu = i + 1 < steps.size();
    if (steps[i].enlarge) enlargement_ *= 2;
    layers_.push_back(std::make_unique<nn::PictureConvolution>(o));
    register_module(std::to_string(numbers[i]), layers_.back()->conv().ptr());
  }
}

at::Tensor AdainDecoderImpl::forward(const at::Tensor& features, at::ScalarType dtype) {
  if (at::GradMode::is_enabled() || !features.is_cpu()) {
    auto x = features;
    for (auto& layer : layers_) x = layer->forward(x);
    return x.to(at::kFloat);
  }
  auto x = nn::framed(features, 1, 0, dtype, layers_[0]->wanted());
  for (std::size_t i = 0; i < layers_.size(); ++i)
    x = layers_[i]->run(x, i + 1 < layers_.size() ? layers_[i + 1]->wanted() : kernels::Frame{});
  return nn::plain(x);
}

AdainDecoder make_adain_decoder(const StateDict& weights) {
  const auto own = of_decoder(weights);
  const auto steps = steps_in(own);
  if (steps.empty())
    throw Error(ErrorCategory::corrupt_file,
                "these weights are no decoder of AdaIN: its convolutions are called 1.weight, 5.weight and so on");
  AdainDecoder decoder(steps);
  nn::fill(*decoder, own, {.dtype = at::kFloat, .origin = "the decoder of AdaIN"});
  return decoder;
}

bool is_adain_decoder(const StateDict& weights) {
  return !steps_in(of_decoder(weights)).empty();
}

}  // namespace inkstone
