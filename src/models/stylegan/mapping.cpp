#include "models/stylegan/mapping.hpp"

#include <ATen/ATen.h>

namespace inkstone::stylegan {
namespace {

constexpr double kAverageDecay = 0.995;
constexpr double kLeastSquare = 1e-8;

}  // namespace

at::Tensor normalised_rows(const at::Tensor& x) {
  return x * (x.square().mean(1, true) + kLeastSquare).rsqrt();
}

MappingImpl::MappingImpl(MappingOptions options) : options_(options) {
  const int64_t embedded = options.classes > 0 ? options.style : 0;
  if (embedded > 0) embed_ = register_module("embed", EqualLinear(LinearOptions{options.classes, embedded}));
  for (int64_t k = 0; k < options.layers; ++k) {
    const int64_t in = k == 0 ? options.latent + embedded : options.style;
    layers_.push_back(
        register_module("fc" + std::to_string(k), EqualLinear(LinearOptions{in, options.style, true, options.rate})));
  }
  if (options.average) w_avg = register_buffer("w_avg", torch::zeros({options.style}));
}

at::Tensor MappingImpl::forward(const at::Tensor& z, const at::Tensor& labels) {
  std::vector<at::Tensor> parts;
  if (options_.latent > 0) parts.push_back(normalised_rows(z.to(at::kFloat)));
  if (!embed_.is_empty()) parts.push_back(normalised_rows(embed_->forward(at::one_hot(labels, options_.classes).to(at::kFloat))));
  auto x = at::cat(parts, 1);
  for (auto& layer : layers_) x = layer->forward(x);
  return x;
}

void MappingImpl::track(const at::Tensor& w) {
  const at::NoGradGuard no_gradient;
  w_avg.copy_(w.detach().mean(0).lerp(w_avg, kAverageDecay));
}

}  // namespace inkstone::stylegan
