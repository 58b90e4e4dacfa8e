#include "sample/flow.hpp"

#include <algorithm>

#include <ATen/ATen.h>

namespace inkstone {
namespace {

constexpr double kFlowTimes = 1000;

class FlowDenoiser : public Denoiser {
 public:
  FlowDenoiser(NoiseNetwork network, bool unscaled) : network_(std::move(network)), unscaled_(unscaled) {}

  Denoised denoise(const at::Tensor& x, double sigma, const Condition& condition) const override {
    const double t = unscaled_ ? sigma / (1 + sigma) : sigma;
    const auto x_t = unscaled_ ? x * (1 - t) : x;
    const auto time = at::full({x.size(0)}, t * kFlowTimes, x.options().dtype(at::kFloat));
    return {x_t - t * network_(x_t, time, condition).to(x.scalar_type()), {}};
  }

 private:
  NoiseNetwork network_;
  bool unscaled_;
};

class FlowCleanDenoiser : public Denoiser {
 public:
  explicit FlowCleanDenoiser(NoiseNetwork network) : network_(std::move(network)) {}

  Denoised denoise(const at::Tensor& x, double sigma, const Condition& condition) const override {
    const auto time = at::full({x.size(0)}, sigma / (1 + sigma) * kFlowTimes, x.options().dtype(at::kFloat));
    return {network_(x / (1 + sigma), time, condition).to(x.scalar_type()), {}};
  }

 private:
  NoiseNetwork network_;
};

}  // namespace

std::unique_ptr<Denoiser> flow_clean_denoiser(NoiseNetwork network) {
  return std::make_unique<FlowCleanDenoiser>(std::move(network));
}

std::unique_ptr<Denoiser> flow_denoiser(NoiseNetwork network) {
  return std::make_unique<FlowDenoiser>(std::move(network), false);
}

std::unique_ptr<Denoiser> flow_denoiser_unscaled(NoiseNetwork network) {
  return std::make_unique<FlowDenoiser>(std::move(network), true);
}

std::vector<double> unscaled_sigmas(std::vector<double> times) {
  for (double& t : times) t = std::min(t, 0.9999) / (1 - std::min(t, 0.9999));
  return times;
}

}  // namespace inkstone
