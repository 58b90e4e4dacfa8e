#include "objectives/perceptual.hpp"

#include <ATen/ATen.h>

#include "nn/mixed_precision.hpp"

namespace inkstone::objectives {

PerceptualLoss::PerceptualLoss(FeatureNetwork network, PerceptualSettings settings)
    : network_(std::move(network)), settings_(std::move(settings)) {
  for (const auto& layer : settings_.content_layers) network_.stage(layer);
  for (const auto& layer : settings_.style_layers) network_.stage(layer);
}

std::vector<at::Tensor> PerceptualLoss::features_of(const at::Tensor& rgb, const std::vector<std::string>& layers) const {
  return features(network_, rgb.contiguous(at::MemoryFormat::ChannelsLast), layers);
}

// [N,C,C]
at::Tensor PerceptualLoss::gram(const at::Tensor& features) const {
  const nn::FullPrecision full;
  const auto f = features.to(at::kFloat).flatten(2);
  const double positions = double(f.size(2)), channels = double(f.size(1));
  return at::bmm(f, f.transpose(1, 2)) / (settings_.scale == PerceptualScale::lengstrom ? positions * channels : positions);
}

void PerceptualLoss::set_styles(const std::vector<at::Tensor>& paintings) {
  const at::NoGradGuard constant;
  grams_.clear();
  for (const auto& painting : paintings) {
    const auto found = features_of(painting, settings_.style_layers);
    for (std::size_t i = 0; i < found.size(); ++i) {
      const auto share = gram(found[i]) / double(paintings.size());
      if (grams_.size() <= i)
        grams_.push_back(share);
      else
        grams_[i] = grams_[i] + share;
    }
  }
}

at::Tensor PerceptualLoss::content_loss(const at::Tensor& got, const at::Tensor& wanted) const {
  const auto difference = (got.to(at::kFloat) - wanted.to(at::kFloat)).square();
  if (settings_.scale == PerceptualScale::lengstrom) return difference.mean();
  return (difference.mean({1, 2, 3}) / (wanted.to(at::kFloat).square().mean({1, 2, 3}) + 1e-6)).mean();
}

at::Tensor PerceptualLoss::style_loss(const at::Tensor& got, const at::Tensor& wanted) const {
  const auto difference = (gram(got) - wanted).square();
  if (settings_.scale == PerceptualScale::lengstrom) return difference.mean();
  return difference.sum({1, 2}).mean() / wanted.square().sum();
}

PerceptualLoss::Terms PerceptualLoss::operator()(const at::Tensor& painted, const at::Tensor& photograph) const {
  std::vector<at::Tensor> wanted;
  {
    const at::NoGradGuard constant;
    wanted = features_of(photograph, settings_.content_layers);
  }
  auto layers = settings_.content_layers;
  layers.insert(layers.end(), settings_.style_layers.begin(), settings_.style_layers.end());
  const auto got = features_of(painted, layers);
  const nn::FullPrecision full;
  auto content = at::zeros({}, painted.options().dtype(at::kFloat)), style = content.clone();
  for (std::size_t i = 0; i < wanted.size(); ++i) content = content + content_loss(got[i], wanted[i]) / double(wanted.size());
  // lengstrom's is a sum over layers, and gram() already brings a painting of any size to the same scale
  const double share = settings_.scale == PerceptualScale::lengstrom ? 1.0 : double(grams_.size());
  for (std::size_t i = 0; i < grams_.size(); ++i) style = style + style_loss(got[wanted.size() + i], grams_[i]) / share;
  return {content, style, squared_variation(painted)};
}

at::Tensor squared_variation(const at::Tensor& x) {
  const auto pixels = x.to(at::kFloat) * 255;
  return pixels.diff(1, 2).square().mean() + pixels.diff(1, 3).square().mean();
}

}  // namespace inkstone::objectives
