#include "sample/denoiser.hpp"

#include <cmath>

#include <ATen/ATen.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

at::Tensor constant(const at::Tensor& like, double value) {
  return at::full({like.size(0)}, value, like.options().dtype(at::kFloat));
}

class DiscreteDenoiser : public Denoiser {
 public:
  DiscreteDenoiser(NoiseNetwork network, NoiseSchedule schedule, Prediction prediction, bool learned_variance)
      : network_(std::move(network)),
        schedule_(std::move(schedule)),
        prediction_(prediction),
        learned_variance_(learned_variance) {}

  Denoised denoise(const at::Tensor& x, double sigma, const Condition& condition) const override {
    const double alpha_bar = 1 / (1 + sigma * sigma);
    const auto x_t = x * std::sqrt(alpha_bar);
    const auto output = network_(x_t, constant(x, schedule_.time_of(sigma)), condition).to(at::kFloat);
    const auto level = at::scalar_tensor(alpha_bar, x.options().dtype(at::kDouble));
    if (!learned_variance_) return {clean_of(prediction_, output, x_t, level).to(at::kFloat), {}};
    const auto halves = output.chunk(2, 1);
    return {clean_of(prediction_, halves[0], x_t, level).to(at::kFloat), (halves[1] + 1) / 2};
  }

 private:
  NoiseNetwork network_;
  NoiseSchedule schedule_;
  Prediction prediction_;
  bool learned_variance_;
};

class EdmDenoiser : public Denoiser {
 public:
  EdmDenoiser(NoiseNetwork network, double sigma_data) : network_(std::move(network)), sigma_data_(sigma_data) {}

  Denoised denoise(const at::Tensor& x, double sigma, const Condition& condition) const override {
    const auto c = edm_scaling(at::full({1, 1, 1, 1}, sigma, x.options()), sigma_data_);
    const auto output = network_(c.in * x, constant(x, std::log(sigma) * 250), condition).to(at::kFloat);
    return {c.skip * x + c.out * output, {}};
  }

 private:
  NoiseNetwork network_;
  double sigma_data_;
};

class ClippedDenoiser : public Denoiser {
 public:
  explicit ClippedDenoiser(const Denoiser& inner) : inner_(inner) {}
  Denoised denoise(const at::Tensor& x, double sigma, const Condition& condition) const override {
    auto result = inner_.denoise(x, sigma, condition);
    return {result.x0.clamp(-1, 1), result.variance};
  }

 private:
  const Denoiser& inner_;
};

class GuidedDenoiser : public Denoiser {
 public:
  GuidedDenoiser(const Denoiser& inner, double scale) : inner_(inner), scale_(scale) {}

  Denoised denoise(const at::Tensor& x, double sigma, const Condition& condition) const override {
    if (scale_ == 1 || !condition.labels.defined()) return inner_.denoise(x, sigma, condition);
    const Condition both{at::cat({condition.labels, at::full_like(condition.labels, -1)})};
    const auto result = inner_.denoise(at::cat({x, x}), sigma, both);
    const auto halves = result.x0.chunk(2);
    return {halves[1] + scale_ * (halves[0] - halves[1]), result.variance.defined() ? result.variance.chunk(2)[0] : at::Tensor()};
  }

 private:
  const Denoiser& inner_;
  double scale_;
};

}  // namespace

std::unique_ptr<Denoiser> discrete_denoiser(NoiseNetwork network, NoiseSchedule schedule, Prediction prediction,
                                            bool learned_variance) {
  if (prediction == Prediction::edm)
    throw Error(ErrorCategory::bad_argument, "EDM networks know no steps; make them an edm_denoiser");
  return std::make_unique<DiscreteDenoiser>(std::move(network), std::move(schedule), prediction, learned_variance);
}

std::unique_ptr<Denoiser> edm_denoiser(NoiseNetwork network, double sigma_data) {
  return std::make_unique<EdmDenoiser>(std::move(network), sigma_data);
}

std::unique_ptr<Denoiser> clipped(const Denoiser& denoiser) {
  return std::make_unique<ClippedDenoiser>(denoiser);
}

std::unique_ptr<Denoiser> guided(const Denoiser& denoiser, double scale) {
  return std::make_unique<GuidedDenoiser>(denoiser, scale);
}

}  // namespace inkstone
