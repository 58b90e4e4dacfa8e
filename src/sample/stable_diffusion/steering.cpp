#include "sample/stable_diffusion/steering.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "tensor/picture.hpp"

namespace inkstone::sd {
namespace {

void check_part(const Steering& one) {
  if (one.start >= one.end)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("a picture that steers from {:g} to {:g} of the steps; the end must lie after the start", one.start,
                            one.end));
}

at::Tensor fitted(const at::Tensor& picture, const PictureExtent& extent) {
  if (picture.size(2) == extent.height && picture.size(3) == extent.width) return picture;
  return resize(picture, extent.height, extent.width).clamp(0, 1);
}

// features of the adapters of this step, added level by level
void add_features(std::vector<at::Tensor>& sum, const std::vector<at::Tensor>& features) {
  if (sum.empty()) {
    sum = features;
    return;
  }
  if (sum.size() != features.size())
    throw Error(ErrorCategory::bad_argument, "the T2I-Adapters are of different versions; use those of the model's own");
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = sum[i] + features[i];
}

}  // namespace

Steer::Steer(std::vector<Steering> all, const PictureExtent& extent, std::vector<double> sigmas, at::ScalarType compute,
             nn::Wrapping wrapping)
    : all_(std::move(all)), sigmas_(std::move(sigmas)), compute_(compute) {
  for (auto& one : all_) {
    check_part(one);
    one.picture = fitted(one.picture, extent);
    if (one.control) nn::wrap(*one.control, wrapping);
    if (one.adapter) nn::wrap(*one.adapter, wrapping);
    features_.push_back(one.adapter ? one.adapter->forward(one.picture.to(compute_), one.strength) : std::vector<at::Tensor>());
  }
}

void Steer::at_level(double sigma) {
  constexpr double kRounding = 1e-9;
  step_ = 0;
  while (step_ + 2 < sigmas_.size() && sigmas_[step_ + 1] >= sigma * (1 - kRounding)) ++step_;
}

bool Steer::active(const Steering& one) const {
  const double steps = double(sigmas_.size() - 1);
  return double(step_) / steps >= one.start && double(step_ + 1) / steps <= one.end;
}

Residuals Steer::residuals(const at::Tensor& x, const at::Tensor& time, const Conditioning& told) {
  std::vector<Residuals> controls;
  std::vector<at::Tensor> features;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    auto& one = all_[i];
    if (!active(one)) continue;
    if (one.control)
      controls.push_back(one.control->forward(x, time, told, one.picture.expand({x.size(0), -1, -1, -1}), one.strength));
    else
      add_features(features, features_[i]);
  }
  auto sum = sum_of(controls);
  sum.adapter = std::move(features);
  return sum;
}

}  // namespace inkstone::sd
