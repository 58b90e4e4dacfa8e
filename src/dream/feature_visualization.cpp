#include "dream/feature_visualization.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "dream/optimizer.hpp"
#include "inkstone/image.hpp"
#include "tensor/noise.hpp"
#include "tensor/picture.hpp"

namespace inkstone::dream {
namespace {

// Coefficients [3,H,W/2+1,2] <-> picture: the map and what it needs.
class FourierPicture {
 public:
  FourierPicture(int64_t height, int64_t width, uint64_t seed) : height_(height), width_(width) {
    const auto rows = at::fft_fftfreq(height).view({-1, 1}), columns = at::fft_rfftfreq(width).view({1, -1});
    const auto frequency =
        (rows.square() + columns.square()).sqrt().clamp_min(1.0 / static_cast<double>(std::max(height, width)));
    // equal energy at every octave, and values about [-2,2] for coefficients about 0.01
    const double size = std::sqrt(static_cast<double>(height * width));
    scale_ = (size / frequency).unsqueeze(0) / kContrast;
    auto generator = generator_of(seed);
    coefficients_ = at::randn({3, height, frequency.size(1), 2}, generator) * 0.01;
    // the square root of the covariance of ImageNet's colours, largest column 1
    colours_ = at::tensor({0.26f, 0.09f, 0.02f, 0.27f, 0.00f, -0.05f, 0.27f, -0.09f, 0.03f}).view({3, 3}) / kLargestColumn;
  }

  at::Tensor& coefficients() { return coefficients_; }

  at::Tensor picture(const at::Tensor& coefficients) const {
    const auto spectrum = at::view_as_complex(coefficients.contiguous()) * scale_;
    const auto plain = at::fft_irfft2(spectrum, c10::IntArrayRef{height_, width_});
    return at::sigmoid(at::einsum("ij,jhw->ihw", {colours_, plain})).unsqueeze(0);
  }

 private:
  static constexpr double kContrast = 4, kLargestColumn = 0.4677;
  int64_t height_, width_;
  at::Tensor scale_, coefficients_, colours_;
};

// A turn and a scale about the middle and a shift, as a matrix of affine_grid.
at::Tensor random_view(const at::Tensor& picture, at::Generator& generator) {
  const auto u = at::rand({4}, generator) * 2 - 1;
  const auto* r = u.data_ptr<float>();
  constexpr double kTurn = 8 * std::numbers::pi / 180, kScale = 0.1, kShift = 16;
  const double turn = r[0] * kTurn, scale = 1 + r[1] * kScale;
  const double dx = r[2] * 2 * kShift / static_cast<double>(picture.size(3)),
               dy = r[3] * 2 * kShift / static_cast<double>(picture.size(2));
  const auto c = static_cast<float>(std::cos(turn) * scale), s = static_cast<float>(std::sin(turn) * scale);
  const auto matrix = at::tensor({c, -s, static_cast<float>(dx), s, c, static_cast<float>(dy)}).view({1, 2, 3});
  const auto grid = at::affine_grid_generator(matrix, picture.sizes(), /*align_corners=*/false);
  constexpr int64_t kBilinear = 0, kReflection = 2;
  return at::grid_sampler(picture, grid, kBilinear, kReflection, /*align_corners=*/false);
}

at::Tensor value_of_unit(const DreamTarget& target, const at::Tensor& features) {
  if (!target.channel) return features.square().mean();
  return features.select(1, *target.channel).mean();
}

}  // namespace

Visualization visualize(const PictureValue& value, int64_t height, int64_t width, const VisualizationSettings& settings,
                        std::string_view stage, Observer& observer) {
  const auto start = std::chrono::steady_clock::now();
  FourierPicture form(height, width, settings.seed);
  auto generator = generator_of(mix_seed(settings.seed, 1));
  const auto search = make_adam(form.coefficients(), {settings.learning_rate, 0.9, 1e-8});
  Visualization result;
  while (result.steps < settings.steps && !result.stopped) {
    search->step([&](const at::Tensor& x, at::Tensor& gradient) {
      const at::AutoGradMode tracing(true);
      const auto leaf = x.detach().clone().requires_grad_();
      const auto picture = form.picture(leaf);
      const auto rising = value(settings.transform ? random_view(picture, generator) : picture);
      gradient.copy_(torch::autograd::grad({-rising}, {leaf}).front());
      result.last = rising.item<double>();
      return -result.last;
    });
    if (result.steps++ == 0) result.first = result.last;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const NamedValue values[] = {{"value", result.last}};
    observer.on_progress(
        {.stage = stage,
         .step = result.steps,
         .total = settings.steps,
         .values = values,
         .seconds_left = seconds / static_cast<double>(result.steps) * static_cast<double>(settings.steps - result.steps)});
    if (observer.wants_preview(result.steps)) observer.on_preview(to_image(form.picture(form.coefficients())), result.steps);
    result.stopped = observer.stop_requested();
  }
  result.picture = form.picture(form.coefficients()).detach();
  return result;
}

Visualization visualize_unit(const FeatureNetwork& network, const DreamTarget& target, const VisualizationSettings& settings,
                             Observer& observer) {
  const DreamObjective check(network, {target}, {});  // the layer and the channel exist
  const auto stage = network.stage(target.layer);
  const auto value = [&](const at::Tensor& picture) {
    return value_of_unit(target, run_stages(network, preprocess(network, picture), {stage}).front());
  };
  return visualize(value, settings.side, settings.side, settings, "see", observer);
}

Visualization reconstruct(const FeatureNetwork& network, const at::Tensor& picture, const std::string& layer,
                          const VisualizationSettings& settings, Observer& observer) {
  const auto stage = network.stage(layer);
  const auto look = [&](const at::Tensor& rgb) { return run_stages(network, preprocess(network, rgb), {stage}).front(); };
  at::Tensor wanted;
  {
    const at::NoGradGuard looking;
    wanted = look(picture);
  }
  const auto energy = wanted.square().sum().clamp_min(1e-12);
  const auto value = [&](const at::Tensor& x) { return -(look(x) - wanted).square().sum() / energy; };
  auto still = settings;
  still.transform = false;
  return visualize(value, picture.size(2), picture.size(3), still, "reconstruct", observer);
}

}  // namespace inkstone::dream
