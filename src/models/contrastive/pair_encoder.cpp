#include "models/contrastive/pair_encoder.hpp"

#include <cmath>

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/clip/clip_vision.hpp"
#include "models/words/transformer.hpp"

namespace inkstone::contrastive {
namespace {

constexpr int64_t kHalvings = 3;
constexpr double kFirstTemperature = 0.07, kMostScale = 100;

torch::nn::Conv2d halving(int64_t in, int64_t out) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 3).stride(2).padding(1));
}

torch::nn::Linear projection(int64_t features) {
  return torch::nn::Linear(torch::nn::LinearOptions(features, features).bias(false));
}

words::PainterConfig text_config(const PairConfig& c) {
  words::PainterConfig text;
  text.vocabulary = c.vocabulary;
  text.text_length = c.text_length;
  text.text_features = c.features;
  text.text_depth = c.text_depth;
  text.text_heads = c.heads;
  return text;
}

const PairConfig& checked(const PairConfig& c) {
  const int64_t unit = int64_t(1) << kHalvings;
  if (c.height % unit != 0 || c.width % unit != 0)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the picture encoder takes pictures whose sides are multiples of {}, not {}x{}; set width and height",
                            unit, c.width, c.height));
  if (c.features % c.heads != 0 || c.base_width % 4 != 0)
    throw Error(ErrorCategory::bad_argument, fmt::format("--features must be a multiple of {} and --base-width of 4", c.heads));
  return c;
}

}  // namespace

PictureEncoderImpl::PictureEncoderImpl(const PairConfig& c) : norm(torch::nn::LayerNormOptions({c.features})) {
  int64_t in = c.channels;
  for (int64_t level = 0; level < kHalvings; ++level) {
    const int64_t out = level + 1 == kHalvings ? c.features : c.base_width << level;
    convolutions->push_back(halving(in, out));
    blocks->push_back(words::StrokeBlock(out));
    in = out;
  }
  for (int64_t layer = 0; layer < c.depth; ++layer) layers->push_back(words::TextLayer(c.features, c.heads));
  register_module("convolutions", convolutions);
  register_module("blocks", blocks);
  register_module("layers", layers);
  register_module("norm", norm);
  const int64_t places = (c.height >> kHalvings) * (c.width >> kHalvings);
  position_embedding = register_parameter("position_embedding", at::randn({places, c.features}) * 0.1);
}

at::Tensor PictureEncoderImpl::forward(const at::Tensor& x) {
  auto y = x;
  for (std::size_t level = 0; level < convolutions->size(); ++level) {
    y = convolutions[level]->as<torch::nn::Conv2dImpl>()->forward(y);
    y = blocks[level]->as<words::StrokeBlockImpl>()->forward(y);
  }
  y = y.flatten(2).transpose(1, 2).to(at::kFloat) + position_embedding;
  for (const auto& layer : *layers) y = layer->as<words::TextLayerImpl>()->forward(y);
  return norm(y.to(at::kFloat)).mean(1);
}

PairEncoderImpl::PairEncoderImpl(const PairConfig& config)
    : config_(checked(config)),
      picture_encoder(config),
      text_encoder(text_config(config)),
      picture_projection(projection(config.features)),
      text_projection(projection(config.features)) {
  register_module("picture_encoder", picture_encoder);
  register_module("text_encoder", text_encoder);
  register_module("picture_projection", picture_projection);
  register_module("text_projection", text_projection);
  logit_scale = register_parameter("logit_scale", at::full({}, std::log(1 / kFirstTemperature), at::kFloat));
}

at::Tensor PairEncoderImpl::see(const at::Tensor& x) {
  return direction(picture_projection(picture_encoder(x)).to(at::kFloat));
}

TextReading PairEncoderImpl::read(const at::Tensor& ids) {
  const auto hidden = text_encoder(ids).to(at::kFloat);
  return {hidden, direction(text_projection(hidden.mean(1)).to(at::kFloat))};
}

at::Tensor PairEncoderImpl::scale() const {
  return logit_scale.exp();
}

void PairEncoderImpl::hold_scale() {
  const at::NoGradGuard fixed;
  logit_scale.clamp_(0, std::log(kMostScale));
}

}  // namespace inkstone::contrastive
