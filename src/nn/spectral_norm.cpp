#include "nn/spectral_norm.hpp"

#include <ATen/ATen.h>

namespace inkstone::nn {
namespace {

constexpr double kSmallestNorm = 1e-12;

at::Tensor unit(const at::Tensor& v) {
  return v / v.norm().clamp_min(kSmallestNorm);
}

}  // namespace

at::Tensor spectral_norm(const at::Tensor& weight, at::Tensor u, at::Tensor v, bool iterate) {
  const auto matrix = weight.flatten(1);
  if (iterate) {
    const at::NoGradGuard frozen;
    v.copy_(unit(matrix.t().mv(u)));
    u.copy_(unit(matrix.mv(v)));
  }
  // copies, because the next pass changes the buffers before this one's gradient may be asked for
  return u.clone().dot(matrix.mv(v.clone()));
}

MaybeSpectral::MaybeSpectral(torch::nn::Module& owner, at::Tensor initial, bool spectral) {
  weight_ = owner.register_parameter(spectral ? "weight_orig" : "weight", std::move(initial));
  if (!spectral) return;
  u_ = owner.register_buffer("weight_u", unit(at::randn({weight_.size(0)})));
  v_ = owner.register_buffer("weight_v", unit(at::randn({weight_.numel() / weight_.size(0)})));
}

at::Tensor MaybeSpectral::value(bool training) const {
  return u_.defined() ? weight_ / spectral_norm(weight_, u_, v_, training) : weight_;
}

}  // namespace inkstone::nn
