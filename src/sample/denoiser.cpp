#include "sample/denoiser.hpp"

#include <algorithm>
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
  DiscreteDenoiser(NoiseNetwork network, Prediction prediction, bool learned_variance, TimeOf time_of)
      : network_(std::move(network)),
        prediction_(prediction),
        learned_variance_(learned_variance),
        time_of_(std::move(time_of)) {}

  Denoised denoise(const at::Tensor& x, double sigma, const Condition& condition) const override {
    const double alpha_bar = 1 / (1 + sigma * sigma);
    const auto x_t = x * std::sqrt(alpha_bar);
    const auto output = network_(x_t, constant(x, time_of_(sigma)), condition).to(at::kFloat);
    const auto level = at::scalar_tensor(alpha_bar, x.options().dtype(at::kDouble));
    if (!learned_variance_) return {clean_of(prediction_, output, x_t, level).to(at::kFloat), {}};
    const auto halves = output.chunk(2, 1);
    return {clean_of(prediction_, halves[0], x_t, level).to(at::kFloat), (halves[1] + 1) / 2};
  }

 private:
  NoiseNetwork network_;
  Prediction prediction_;
  bool learned_variance_;
  TimeOf time_of_;
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

class WatchedDenoiser : public Denoiser {
 public:
  WatchedDenoiser(const Denoiser& inner, std::function<void(const at::Tensor&, double)> look)
      : inner_(inner), look_(std::move(look)) {}
  Denoised denoise(const at::Tensor& x, double sigma, const Condition& condition) const override {
    auto result = inner_.denoise(x, sigma, condition);
    look_(result.x0, sigma);
    return result;
  }

 private:
  const Denoiser& inner_;
  std::function<void(const at::Tensor&, double)> look_;
};

class AnnouncedDenoiser : public Denoiser {
 public:
  AnnouncedDenoiser(const Denoiser& inner, std::function<void(double)> tell) : inner_(inner), tell_(std::move(tell)) {}
  Denoised denoise(const at::Tensor& x, double sigma, const Condition& condition) const override {
    tell_(sigma);
    return inner_.denoise(x, sigma, condition);
  }

 private:
  const Denoiser& inner_;
  std::function<void(double)> tell_;
};

class DenoisersInTurn : public Denoiser {
 public:
  explicit DenoisersInTurn(std::vector<FromLevel> parts) : parts_(std::move(parts)) {}
  Denoised denoise(const at::Tensor& x, double sigma, const Condition& condition) const override {
    auto chosen = parts_.begin();
    for (auto part = parts_.begin(); part != parts_.end() && sigma <= part->sigma; ++part) chosen = part;
    return chosen->denoiser->denoise(x, sigma, condition);
  }

 private:
  std::vector<FromLevel> parts_;
};

}  // namespace

std::unique_ptr<Denoiser> discrete_denoiser(NoiseNetwork network, NoiseSchedule schedule, Prediction prediction,
                                            bool learned_variance, TimeOf time_of) {
  if (prediction == Prediction::edm)
    throw Error(ErrorCategory::bad_argument, "EDM networks know no steps; make them an edm_denoiser");
  if (!time_of) time_of = [schedule = std::move(schedule)](double sigma) { return schedule.time_of(sigma); };
  return std::make_unique<DiscreteDenoiser>(std::move(network), prediction, learned_variance, std::move(time_of));
}

std::unique_ptr<Denoiser> edm_denoiser(NoiseNetwork network, double sigma_data) {
  return std::make_unique<EdmDenoiser>(std::move(network), sigma_data);
}

std::unique_ptr<Denoiser> clipped(const Denoiser& denoiser) {
  return std::make_unique<ClippedDenoiser>(denoiser);
}

std::unique_ptr<Denoiser> watched(const Denoiser& denoiser, std::function<void(const at::Tensor& x0, double sigma)> look) {
  return std::make_unique<WatchedDenoiser>(denoiser, std::move(look));
}

std::unique_ptr<Denoiser> announced(const Denoiser& denoiser, std::function<void(double sigma)> tell) {
  return std::make_unique<AnnouncedDenoiser>(denoiser, std::move(tell));
}

std::unique_ptr<Denoiser> in_turn(std::vector<FromLevel> parts) {
  const auto falls = [](const FromLevel& a, const FromLevel& b) { return a.sigma > b.sigma; };
  if (parts.empty() || !std::is_sorted(parts.begin(), parts.end(), falls))
    throw Error(ErrorCategory::bad_argument, "denoisers in turn need falling noise levels");
  return std::make_unique<DenoisersInTurn>(std::move(parts));
}

}  // namespace inkstone
