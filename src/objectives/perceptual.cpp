#include "objectives/perceptual.hpp"

#include <ATen/ATen.h>

#include "nn/mixed_precision.hpp"
#include "objectives/gram.hpp"

namespace inkstone::objectives {
namespace {

std::vector<std::string> joined(std::vector<std::string> first, const std::vector<std::string>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

PerceptualLoss::PerceptualLoss(FeatureNetwork network, PerceptualSettings settings)
    : settings_(std::move(settings)),
      content_(network, settings_.content_layers),
      both_(network, joined(settings_.content_layers, settings_.style_layers)) {}

at::Tensor PerceptualLoss::gram(const at::Tensor& features) const {
  const nn::FullPrecision full;
  const double positions = double(features.size(2) * features.size(3)), channels = double(features.size(1));
  return gram_matrix(features) / (settings_.scale == PerceptualScale::lengstrom ? positions * channels : positions);
}

void PerceptualLoss::set_styles(const std::vector<at::Tensor>& paintings) {
  const at::NoGradGuard constant;
  grams_.clear();
  for (const auto& painting : paintings) {
    const auto found = both_(painting);
    for (std::size_t i = 0; i < settings_.style_layers.size(); ++i) {
      const auto share = gram(found[settings_.content_layers.size() + i]) / double(paintings.size());
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
    wanted = content_(photograph);
  }
  const auto got = both_(painted);
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
