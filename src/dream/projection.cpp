#include "dream/projection.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>

#include <ATen/ATen.h>
#include <torch/optim/adam.h>

#include "inkstone/image.hpp"
#include "tensor/noise.hpp"
#include "tensor/picture.hpp"

namespace inkstone::dream {
namespace {

constexpr double kRateRise = 0.05, kRateFall = 0.25;
constexpr double kStyleNoise = 0.05, kNoiseEnd = 0.75;
constexpr double kWhiteness = 1e5;  // weight of grain_correlation
constexpr int64_t kLeastRows = 8;   // of the pyramid
constexpr int64_t kMostSide = 256;  // what the networks that judge were made for

// As the network that judges is to see it: [-1,1] to [0,1], large ones smaller.
at::Tensor for_judging(const at::Tensor& picture) {
  const auto seen = (picture + 1) / 2;
  const int64_t height = seen.size(2), width = seen.size(3), longer = std::max(height, width);
  if (longer <= kMostSide) return seen;
  return at::adaptive_avg_pool2d(
      seen, {std::max<int64_t>(1, height * kMostSide / longer), std::max<int64_t>(1, width * kMostSide / longer)});
}

// One for each layer that takes grain, in the order in which they do.
std::vector<at::Tensor> random_grains(const stylegan::Config& config, at::Generator& random, at::Device device) {
  std::vector<at::Tensor> grains;
  for (int64_t layer = 0; layer + 1 < config.styles(); ++layer) {
    const int64_t level = (layer + 1) / 2;
    grains.push_back(at::randn({1, 1, config.height_at(level), config.width_at(level)}, random).to(device).requires_grad_());
  }
  return grains;
}

stylegan::SynthesisCall with_grains(const std::vector<at::Tensor>& grains) {
  return {[&grains, next = std::size_t(0)](int64_t, int64_t) mutable { return grains.at(next++); }};
}

void whiten(std::vector<at::Tensor>& grains) {
  const at::NoGradGuard no_gradient;
  for (auto& grain : grains) {
    grain -= grain.mean();
    grain *= grain.square().mean().rsqrt();
  }
}

at::Tensor painted_by(stylegan::Generator& generator, const at::Tensor& w) {
  const at::NoGradGuard no_gradient;
  return generator.synthesise(w.expand({1, generator.config().styles(), -1}));
}

class Search {
 public:
  Search(stylegan::Generator& generator, const at::Tensor& target, const PerceptualDistance& distance,
         const stylegan::StyleSpread& spread, const ProjectionSettings& settings, Observer& observer)
      : generator_(generator),
        distance_(distance),
        settings_(settings),
        observer_(observer),
        random_(generator_of(settings.seed)),
        device_(generator.mapping->w_avg.device()),
        deviation_(stylegan::deviation_of(spread)),
        wanted_(looked_at(target.to(device_))),
        w_(spread.mean.to(device_, at::kFloat)
               .view({1, 1, -1})
               .repeat({1, settings.every_layer ? generator.config().styles() : 1, 1})
               .requires_grad_()),
        grains_(random_grains(generator.config(), random_, device_)) {}

  ProjectionResult run() {
    ProjectionResult result;
    result.first_distance = distance_now();
    const at::AutoGradMode tracing(true);
    auto variables = grains_;
    variables.insert(variables.begin(), w_);
    torch::optim::Adam adam(variables, torch::optim::AdamOptions(settings_.rate));
    const auto began = std::chrono::steady_clock::now();
    for (; result.steps < settings_.steps && !(result.stopped = observer_.stop_requested()); ++result.steps) {
      const double t = double(result.steps) / double(settings_.steps);
      const auto losses = losses_at(t);
      adam.zero_grad();
      (losses.distance + kWhiteness * losses.correlation).backward({}, /*retain_graph=*/false, /*create_graph=*/false, variables);
      static_cast<torch::optim::AdamOptions&>(adam.param_groups().front().options()).lr(settings_.rate * projection_rate(t));
      adam.step();
      whiten(grains_);
      tell(result.steps + 1, losses, began);
    }
    result.distance = distance_now();
    result.w = w_.detach().to(at::kCPU);
    return result;
  }

 private:
  struct Losses {
    at::Tensor distance, correlation;
  };

  std::vector<at::Tensor> looked_at(const at::Tensor& picture) const {
    const at::NoGradGuard no_gradient;
    return distance_.look(for_judging(picture));
  }

  double distance_now() { return distance_.between(looked_at(painted_by(generator_, w_)), wanted_).sum().item<double>(); }

  Losses losses_at(double t) {
    const auto noise = at::randn(w_.sizes(), random_).to(device_) * (deviation_ * projection_noise(t));
    const auto ws = (w_ + noise).expand({1, generator_.config().styles(), -1});
    const auto picture = generator_.synthesise(ws, with_grains(grains_));
    return {distance_.between(distance_.look(for_judging(picture)), wanted_).sum(), grain_correlation(grains_)};
  }

  void tell(int64_t step, const Losses& losses, std::chrono::steady_clock::time_point began) {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    const NamedValue values[] = {{"total", losses.distance.item<double>()}, {"grain", losses.correlation.item<double>()}};
    observer_.on_progress({.stage = "project",
                           .step = step,
                           .total = settings_.steps,
                           .values = values,
                           .seconds_left = seconds / double(step) * double(settings_.steps - step)});
    if (!observer_.wants_preview(step)) return;
    observer_.on_preview(to_image(((painted_by(generator_, w_) + 1) / 2).expand({-1, 3, -1, -1})), step);
  }

  stylegan::Generator& generator_;
  const PerceptualDistance& distance_;
  const ProjectionSettings settings_;
  Observer& observer_;
  at::Generator random_;
  const at::Device device_;
  const double deviation_;
  const std::vector<at::Tensor> wanted_;
  at::Tensor w_;
  std::vector<at::Tensor> grains_;
};

}  // namespace

double projection_rate(double t) {
  const double fall = std::min(1.0, (1 - t) / kRateFall);
  return (0.5 - 0.5 * std::cos(fall * std::numbers::pi)) * std::min(1.0, t / kRateRise);
}

double projection_noise(double t) {
  const double left = std::max(0.0, 1 - t / kNoiseEnd);
  return kStyleNoise * left * left;
}

at::Tensor grain_correlation(const std::vector<at::Tensor>& grains) {
  auto sum = at::zeros({}, grains.at(0).options());
  for (auto grain : grains)
    for (;; grain = at::avg_pool2d(grain, 2)) {
      for (const int64_t side : {3, 2}) sum = sum + (grain * grain.roll(1, side)).mean().square();
      if (grain.size(2) <= kLeastRows || grain.size(3) < 2) break;
    }
  return sum;
}

ProjectionResult project(stylegan::Generator& generator, const at::Tensor& target, const PerceptualDistance& distance,
                         const stylegan::StyleSpread& spread, const ProjectionSettings& settings, Observer& observer) {
  return Search(generator, target, distance, spread, settings, observer).run();
}

}  // namespace inkstone::dream
