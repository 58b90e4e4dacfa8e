#include "dream/deep_dream.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "inkstone/image.hpp"
#include "models/imagenet/classes.hpp"
#include "tensor/noise.hpp"
#include "tensor/picture.hpp"

namespace inkstone::dream {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kLeastSide = 64;                    // of an octave: below, deep layers see nothing but the edge
constexpr double kMemory = 1.5 * (int64_t(1) << 30);  // of one look, where the tile is not given

int64_t draw(int64_t low, int64_t high, at::Generator& generator) {
  return at::randint(low, high + 1, {1}, generator, at::TensorOptions(at::kLong)).item<int64_t>();
}

at::Tensor blurred(const at::Tensor& x, double sigma) {
  return gaussian_blurred(x, sigma,
                          std::min<int64_t>(static_cast<int64_t>(std::ceil(3 * sigma)), std::min(x.size(2), x.size(3)) - 1));
}

// The gradient at three scales: coarse forms rise with the fine ones (a cheap Laplacian pyramid).
at::Tensor smoothed(const at::Tensor& gradient, double sigma) {
  if (sigma <= 0) return gradient;
  return blurred(gradient, sigma / 2) + blurred(gradient, sigma) + blurred(gradient, sigma * 2);
}

struct Piece {
  int64_t begin, size;
};

// Near-equal pieces, none longer than tile.
std::vector<Piece> pieces(int64_t length, int64_t tile) {
  const int64_t count = tile == 0 ? 1 : (length + tile - 1) / tile;
  std::vector<Piece> all;
  for (int64_t k = 0; k < count; ++k) all.push_back({length * k / count, length * (k + 1) / count - length * k / count});
  return all;
}

double tiled_gradient(const DreamObjective& objective, const at::Tensor& x, int64_t tile, at::Tensor& gradient) {
  const auto rows = pieces(x.size(2), tile), columns = pieces(x.size(3), tile);
  if (rows.size() * columns.size() == 1) return objective.evaluate(x, gradient);
  gradient = at::empty_like(x);
  double value = 0;
  for (const auto& row : rows)
    for (const auto& column : columns) {
      const auto piece = [&](const at::Tensor& t) {
        return t.narrow(2, row.begin, row.size).narrow(3, column.begin, column.size);
      };
      const double share = static_cast<double>(row.size * column.size) / static_cast<double>(x.size(2) * x.size(3));
      at::Tensor part;
      value += objective.evaluate(piece(x).contiguous(), part) * share;
      piece(gradient).copy_(part * share);
    }
  return value;
}

// What each network dreams of best, found by looking.
struct Taste {
  const char* network;
  std::vector<std::string> layers;
  double smoothing, step;
};

Taste taste_of(const FeatureNetwork& network) {
  const std::vector<Taste> known = {{"googlenet", {"inception_4c/output"}, 0, 1.5},
                                    {"resnet50", {"res4c"}, 0.5, 1.5},
                                    {"vgg19", {"relu3_4"}, 1, 0.6},
                                    {"vgg16", {"relu4_3"}, 1, 0.8},
                                    {"inkstone-perceptual", {"relu5_1", "relu4_3*0.5"}, 1, 0.9}};
  for (const auto& taste : known)
    if (network.name == taste.network) return taste;
  for (std::size_t i = network.stages.size(); i-- > 0;)
    if (network.stages[i].kind == FeatureStage::Kind::relu) return {"", {network.stages[i].name}, 0.5, 1};
  return {"", {network.stages.back().name}, 0.5, 1};
}

// Time left, from what was done, by pixels.
class Forecast {
 public:
  explicit Forecast(const std::vector<at::Tensor>& octaves, int64_t iterations) {
    for (const auto& octave : octaves) total_ += static_cast<double>(octave.size(2) * octave.size(3) * iterations);
  }
  double left_after(const at::Tensor& x) {
    done_ += static_cast<double>(x.size(2) * x.size(3));
    const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    return seconds * (total_ - done_) / done_;
  }

 private:
  Clock::time_point start_ = Clock::now();
  double total_ = 0, done_ = 0;
};

}  // namespace

double dream_step(const DreamObjective& objective, at::Tensor& x, const DreamStep& settings, at::Generator& generator) {
  const bool tiled = settings.tile > 0 && (x.size(2) > settings.tile || x.size(3) > settings.tile);
  const auto shift = [&](int64_t length) {
    return tiled ? draw(0, length - 1, generator) : draw(-settings.jitter, settings.jitter, generator);
  };
  const int64_t dx = shift(x.size(3)), dy = shift(x.size(2));
  const auto rolled = at::roll(x, {dy, dx}, {2, 3});
  at::Tensor gradient;
  const double value = tiled_gradient(objective, rolled, settings.tile, gradient);
  gradient = smoothed(gradient, settings.smoothing);
  const auto scale = gradient.abs().mean().clamp_min(1e-30);
  x = at::roll(rolled + gradient * (settings.step / scale), {-dy, -dx}, {2, 3}).clamp_(0, 255);
  return value;
}

DreamRequest with_network_defaults(DreamRequest request, const FeatureNetwork& network) {
  const auto taste = taste_of(network);
  if (request.layers.empty() && request.class_name.empty()) request.layers = taste.layers;
  if (request.smoothing < 0) request.smoothing = taste.smoothing;
  if (request.step == 0) request.step = taste.step;
  return request;
}

std::vector<DreamTarget> targets_of(const DreamRequest& request, const FeatureNetwork& network) {
  std::vector<DreamTarget> targets;
  for (const auto& layer : request.layers) targets.push_back(parse_target(layer));
  if (!request.class_name.empty()) targets.push_back({"logits", class_of(network, request.class_name), 1});
  return targets;
}

DeepDream::DeepDream(const FeatureNetwork& network, const DreamRequest& request, const at::Tensor& guide)
    : request_(request),
      objective_(network, targets_of(request, network), guide),
      generator_(generator_of(static_cast<uint64_t>(request.seed))) {}

// From the smallest to the picture itself, in units of 1/255.
std::vector<at::Tensor> DeepDream::octaves_of(const at::Tensor& picture, Observer& observer) const {
  std::vector<at::Tensor> octaves = {picture * 255};
  for (int k = 1; k < request_.octaves; ++k) {
    const double scale = std::pow(request_.octave_scale, -k);
    const auto side = [&](int64_t length) { return static_cast<int64_t>(std::lround(static_cast<double>(length) * scale)); };
    const int64_t height = side(picture.size(2)), width = side(picture.size(3));
    if (std::min(height, width) < kLeastSide) {
      observer.on_message(
          fmt::format("{} octaves instead of {}: a smaller one would be under {} pixels", k, request_.octaves, kLeastSide));
      break;
    }
    octaves.push_back(resize(picture, height, width).clamp(0, 1) * 255);
  }
  std::reverse(octaves.begin(), octaves.end());
  return octaves;
}

int64_t DeepDream::tile_for(const at::Tensor& picture) const {
  if (request_.tile_size > 0) return std::max<int64_t>(request_.tile_size, kLeastSide);
  const double bytes = objective_.bytes_per_pixel();
  if (bytes * static_cast<double>(picture.size(2) * picture.size(3)) <= kMemory) return 0;
  return std::max<int64_t>(224, static_cast<int64_t>(std::sqrt(kMemory / bytes)));
}

DreamResult DeepDream::run(const at::Tensor& picture, std::string_view stage, Observer& observer) {
  const auto octaves = octaves_of(picture, observer);
  const int64_t tile = tile_for(picture), total = static_cast<int64_t>(octaves.size()) * request_.iterations;
  const DreamStep settings{request_.step, request_.jitter, request_.smoothing, tile};
  Forecast forecast(octaves, request_.iterations);
  DreamResult result;
  at::Tensor detail;
  for (const auto& base : octaves) {
    at::Tensor x = base.clone();
    if (detail.defined())
      x = (x + at::upsample_bilinear2d(detail, {base.size(2), base.size(3)}, /*align_corners=*/true)).clamp_(0, 255);
    for (int i = 0; i < request_.iterations && !result.stopped; ++i) {
      result.objective = dream_step(objective_, x, settings, generator_);
      ++result.steps;
      const NamedValue values[] = {{"objective", result.objective}};
      observer.on_progress(
          {.stage = stage, .step = result.steps, .total = total, .values = values, .seconds_left = forecast.left_after(x)});
      if (observer.wants_preview(result.steps)) observer.on_preview(to_image(x / 255), result.steps);
      result.stopped = observer.stop_requested();
    }
    detail = x - base;
    if (result.stopped) break;
  }
  // stopped early: what was dreamt so far, at the size of the picture
  const auto& base = octaves.back();
  if (detail.size(3) != base.size(3) || detail.size(2) != base.size(2))
    detail = at::upsample_bilinear2d(detail, {base.size(2), base.size(3)}, /*align_corners=*/true);
  result.picture = ((base + detail * request_.strength) / 255).clamp(0, 1);
  return result;
}

at::Tensor zoomed(const at::Tensor& picture, double part) {
  const auto span = [&](int64_t length) {
    const auto kept = (1 - part) * static_cast<double>(length - 1) / 2, middle = static_cast<double>(length - 1) / 2;
    return at::linspace(middle - kept, middle + kept, length, at::kFloat) *
               (2.0 / static_cast<double>(std::max<int64_t>(length - 1, 1))) -
           1;
  };
  const int64_t h = picture.size(2), w = picture.size(3);
  const auto x = span(w).view({1, 1, w}).expand({1, h, w}), y = span(h).view({1, h, 1}).expand({1, h, w});
  const auto grid = at::stack({x, y}, 3).contiguous();
  constexpr int64_t kBicubic = 2, kBorder = 1;
  return at::grid_sampler(picture, grid, kBicubic, kBorder, /*align_corners=*/true).clamp(0, 1);
}

}  // namespace inkstone::dream
