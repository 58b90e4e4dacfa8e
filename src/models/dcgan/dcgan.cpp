#include "models/dcgan/dcgan.hpp"

#include <cmath>

#include <ATen/ATen.h>

#include "nn/convolution.hpp"
#include "nn/mixed_precision.hpp"
#include "nn/transposed_convolution.hpp"

namespace inkstone::dcgan {
namespace {

using nn::Norm;
using torch::nn::Identity;

constexpr double kSlope = 0.2;
// Of embedded labels at the start, as of all weights here (Radford et al. 2016). With an embedding's usual 1 the label drowns
// the latent, whose meaning is learned more slowly, and each class is painted in one shape.
constexpr double kLabelDeviation = 0.02;

// In PyTorch's numbering a norm and its rectifier are two; the Identity keeps the second place.
void add_norm(torch::nn::Sequential& main, Norm norm, int64_t channels, double slope) {
  main->push_back(nn::NormRectifier(norm, channels, slope));
  if (norm != Norm::none) main->push_back(Identity());
}

void start_gently(torch::nn::Embedding& labels) {
  torch::nn::init::normal_(labels->weight, 0, kLabelDeviation);
}

}  // namespace

Generator::Generator(const Config& config) {
  const auto plan = config.plan();
  const int64_t embedded = config.classes > 0 ? config.latent : 0, narrow = config.generator_features;
  if (embedded > 0) {
    label_emb_ = register_module("label_emb", torch::nn::Embedding(config.classes, embedded));
    start_gently(label_emb_);
  }
  torch::nn::Sequential main;
  main->push_back(nn::TransposedConvolution(nn::TransposedConvolutionOptions{
      config.latent + embedded, plan.channels(0, narrow), {plan.base_height, plan.base_width}, 1, 0}));
  add_norm(main, Norm::batch, plan.channels(0, narrow), 0);
  for (int64_t level = 1; level < plan.doublings; ++level) {
    main->push_back(nn::TransposedConvolution(
        nn::TransposedConvolutionOptions{plan.channels(level - 1, narrow), plan.channels(level, narrow)}));
    add_norm(main, Norm::batch, plan.channels(level, narrow), 0);
  }
  main->push_back(nn::TransposedConvolution(nn::TransposedConvolutionOptions{narrow, config.channels}));
  main->push_back(torch::nn::Tanh());
  main_ = register_module("main", main);
}

at::Tensor Generator::forward(const at::Tensor& z, const at::Tensor& labels) {
  const auto code = label_emb_.is_empty() ? z : at::cat({z, label_emb_->forward(labels)}, 1);
  return main_->forward(code.unsqueeze(-1).unsqueeze(-1));
}

Discriminator::Discriminator(const Config& config) {
  const auto plan = config.plan();
  const int64_t narrow = config.discriminator_features;
  torch::nn::Sequential main;
  nn::ConvolutionOptions first{config.channels, narrow};
  first.spectral = config.spectral;
  main->push_back(nn::Convolution(first));
  add_norm(main, Norm::none, 0, kSlope);
  for (int64_t level = plan.doublings - 2; level >= 0; --level) {
    nn::ConvolutionOptions options{plan.channels(level + 1, narrow), plan.channels(level, narrow)};
    options.spectral = config.spectral;
    main->push_back(nn::Convolution(options));
    add_norm(main, config.discriminator_norm, options.out, kSlope);
  }
  nn::ConvolutionOptions last{plan.channels(0, narrow), 1, {plan.base_height, plan.base_width}, 1, 0};
  last.spectral = config.spectral;
  main->push_back(nn::Convolution(last));
  main_ = register_module("main", main);
  if (config.classes == 0) return;
  label_emb_ = register_module("label_emb", torch::nn::Embedding(config.classes, last.in));
  start_gently(label_emb_);
}

at::Tensor Discriminator::forward(const at::Tensor& x, const at::Tensor& labels) {
  auto features = x.contiguous(at::MemoryFormat::ChannelsLast);
  const auto last = std::prev(main_->end());
  for (auto layer = main_->begin(); layer != last; ++layer) features = layer->forward(features);
  const auto logits = last->forward(features).flatten();
  if (label_emb_.is_empty()) return logits;
  const nn::FullPrecision full;
  const auto pooled = features.to(at::kFloat).sum({2, 3}) / std::sqrt(double(features.size(2) * features.size(3)));
  return logits.to(at::kFloat) + (label_emb_->forward(labels) * pooled).sum(1);
}

}  // namespace inkstone::dcgan
