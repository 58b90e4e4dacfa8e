#include "dream/neural_style.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>

#include "dream/memory_plan.hpp"
#include "dream/optimizer.hpp"
#include "dream/presets.hpp"
#include "dream/style_objective.hpp"
#include "inkstone/error.hpp"
#include "tensor/picture.hpp"

namespace inkstone {
namespace {

using dream::Losses;
using dream::ObjectiveSettings;

struct Level {
  int64_t height = 0, width = 0;
  int64_t steps = 0;
  double cost() const { return static_cast<double>(height * width * steps); }
};

// A level below halves both sides; the coarsest takes --iterations steps, each finer one half as many. Painting coarse
// first costs a quarter a step and sets the large strokes that a fine start never finds.
std::vector<Level> plan_levels(const StylizeRequest& request, int64_t height, int64_t width) {
  int64_t count = request.pyramid;
  if (count == 0) {
    constexpr int64_t kCoarsest = 400;  // below, deep layers see too few places, and paint bars
    count = 1;
    const bool from_picture = request.init != "content" && request.init != "random";
    if (!from_picture)
      while (std::max(height, width) >> count >= kCoarsest) ++count;
  }
  if (std::min(height, width) >> (count - 1) < 32)
    throw Error(
        ErrorCategory::bad_argument,
        fmt::format("a picture of {}x{} is too small for --pyramid {}; its coarsest level must be 32 pixels high and wide", width,
                    height, count));
  std::vector<Level> levels;
  for (int64_t level = 0; level < count; ++level) {
    const int64_t shift = count - 1 - level;
    int64_t steps = std::max<int64_t>(1, request.iterations >> level);
    if (request.preset == "leongatys" && level > 0) steps = std::max<int64_t>(1, request.iterations * 2 / 5);
    levels.push_back({height >> shift, width >> shift, steps});
  }
  if (request.preset == "leongatys" && count == 2) {  // 512 px, then 800
    const double scale = 512.0 / 800.0;
    levels[0].height = std::max<int64_t>(32, std::lround(height * scale));
    levels[0].width = std::max<int64_t>(32, std::lround(width * scale));
  }
  return levels;
}

NeuralStylePictures at_level(const NeuralStylePictures& full, const Level& level) {
  const double scale = static_cast<double>(level.width) / static_cast<double>(full.content.size(3));
  NeuralStylePictures out;
  out.content = resize(full.content, level.height, level.width);
  for (const auto& style : full.styles)
    out.styles.push_back(resize(style, std::max<int64_t>(32, std::lround(style.size(2) * scale)),
                                std::max<int64_t>(32, std::lround(style.size(3) * scale))));
  for (const auto& mask : full.masks) out.masks.push_back(resize(mask, level.height, level.width).clamp(0, 1));
  out.before = full.before;
  return out;
}

at::Tensor first_picture(const NeuralStylePictures& full, const NeuralStylePictures& level, const StylizeRequest& request) {
  const int64_t h = level.content.size(2), w = level.content.size(3);
  if (full.init.defined()) return resize(full.init, h, w) * 255.0;
  constexpr double kGrey = 127.5, kDeviation = 30;
  const bool random = request.init == "random";
  // where no style is asked for, nothing would paint over the noise
  const double share = request.style_weight == 0 ? 0 : std::min(1.0, 2 * request.style_strength);
  const double deviation = random ? kDeviation : request.init_noise * share;
  const auto ground = random ? at::full({1, 3, h, w}, kGrey) : level.content * 255.0;
  if (deviation == 0) return ground;
  auto generator = at::make_generator<at::CPUGeneratorImpl>(static_cast<uint64_t>(request.seed));
  return ground + at::randn({1, 3, h, w}, generator) * deviation;
}

// request's windows, or those that the memory asks for.
int64_t tile_side(const FeatureNetwork& network, const ObjectiveSettings& settings, const StylizeRequest& request,
                  const Level& level) {
  if (request.tile_size > 0) return request.tile_size;
  return dream::window_side(dream::activation_bytes(network, settings.precision), level.height * level.width);
}

dream::LevelNeed need_of(const FeatureNetwork& network, const NeuralStylePictures& pictures, const ObjectiveSettings& settings) {
  dream::LevelNeed need;
  need.pixels = pictures.content.size(2) * pictures.content.size(3);
  for (const auto& style : pictures.styles) need.style_pixels += style.size(2) * style.size(3);
  need.window_pixels = settings.tile > 0 ? std::min(need.pixels, settings.tile * settings.tile) : need.pixels;
  need.window_bytes = dream::activation_bytes(network, settings.precision);
  std::vector<std::size_t> stages;
  for (const auto& layer : settings.content_layers) stages.push_back(network.stage(layer));
  need.target_bytes = dream::feature_bytes(network, stages, settings.precision);
  return need;
}

// A line search that finds nothing better in several steps: the first time its history may be stale and is forgotten, the second
// time the level is done.
struct Stall {
  double best = std::numeric_limits<double>::infinity();
  int idle = 0, count = 0;
  bool after(double total) {
    constexpr double kProgress = 1e-5;
    constexpr int kPatience = 4;
    idle = total < best * (1 - kProgress) ? 0 : idle + 1;
    best = std::min(best, total);
    if (idle < kPatience) return false;
    idle = 0;
    return ++count > 0;
  }
};

// Runs the levels, keeps the accounts that the observer is shown.
class Painter {
 public:
  Painter(const FeatureNetwork& network, const NeuralStylePictures& pictures, const StylizeRequest& request, Observer& observer)
      : network_(network),
        pictures_(pictures),
        request_(request),
        observer_(observer),
        levels_(plan_levels(request, pictures.content.size(2), pictures.content.size(3))),
        settings_(dream::objective_settings(network, request, pictures.styles.size(), observer)) {
    for (const auto& level : levels_) {
      total_steps_ += level.steps;
      total_cost_ += level.cost();
    }
  }

  NeuralStyleResult paint() {
    for (const auto& level : levels_) {
      paint_level(level);
      if (result_.stopped) break;
    }
    result_.picture = resize(x_, pictures_.content.size(2), pictures_.content.size(3)) / 255.0;
    return result_;
  }

 private:
  void paint_level(const Level& level) {
    const auto pictures = at_level(pictures_, level);
    x_ = (x_.defined() ? resize(x_, level.height, level.width) : first_picture(pictures_, pictures, request_))
             .contiguous()
             .clone();
    auto settings = settings_;
    settings.tile = tile_side(network_, settings, request_, level);
    choose_search(need_of(network_, pictures, settings));
    dream::StyleObjective objective(network_, pictures, settings);
    auto optimizer = make_optimizer(1.0);
    at::Tensor good = x_.clone();
    Stall stall;
    for (int64_t step = 0; step < level.steps && !result_.stopped; ++step) {
      Losses losses = last_;  // a step may find that it has seen this picture before
      optimizer->step([&](const at::Tensor& x, at::Tensor& gradient) {
        losses = objective.evaluate(x, gradient);
        return losses.total;
      });
      if (!std::isfinite(losses.total) || !at::isfinite(x_.sum()).item<bool>()) {
        recover(good, optimizer);
        continue;
      }
      good.copy_(x_);
      account(level, losses);
      result_.stopped = observer_.stop_requested();
      if (!pairs_ || !stall.after(losses.total)) continue;
      if (stall.count > 1) break;
      optimizer = make_optimizer(damping_);
    }
    skip_rest_of(level);
  }

  // L-BFGS with as many pairs as there is room for, or Adam, which would take whole steps along the rounding of a gradient where
  // the photograph is already what is sought.
  void choose_search(const dream::LevelNeed& need) {
    if (request_.optimizer == "adam" && settings_.style_weight > 0) return;
    pairs_ = dream::pairs_that_fit(need, dream::lbfgs_settings(request_, settings_.scale, x_.numel()).history);
    if (!pairs_)
      observer_.on_message(fmt::format("{}x{} leaves no room for the history of L-BFGS within {} GiB; painting it with Adam",
                                       x_.size(3), x_.size(2), dream::kMemoryBound >> 30));
  }

  // Steps that a level did not need count as done, so that progress and ETA stay true.
  void skip_rest_of(const Level& level) {
    planned_steps_ += level.steps;
    planned_cost_ += level.cost();
    if (result_.stopped) return;
    total_steps_ -= planned_steps_ - result_.steps;
    total_cost_ -= planned_cost_ - done_cost_;
    planned_steps_ = result_.steps;
    planned_cost_ = done_cost_;
  }

  std::unique_ptr<dream::PictureOptimizer> make_optimizer(double damping) const {
    if (!pairs_) {
      auto settings = dream::adam_settings(request_);
      settings.learning_rate *= damping;
      return dream::make_adam(x_, settings);
    }
    auto settings = dream::lbfgs_settings(request_, settings_.scale, x_.numel());
    settings.history = *pairs_;
    settings.learning_rate *= damping;
    return dream::make_lbfgs(x_, settings);
  }

  // The search left the finite numbers: back to the last good picture, with smaller steps from there.
  void recover(const at::Tensor& good, std::unique_ptr<dream::PictureOptimizer>& optimizer) {
    constexpr int kTries = 5;
    if (++recoveries_ > kTries)
      throw Error(ErrorCategory::bad_argument,
                  "the loss keeps diverging; lower --style-weight or --learning-rate, or use --optimizer adam");
    x_.copy_(good);
    damping_ /= 2;
    optimizer = make_optimizer(damping_);
    observer_.on_message(
        fmt::format("the loss diverged; going on from the last good step with {} of the learning rate", damping_));
  }

  void account(const Level& level, const Losses& losses) {
    ++result_.steps;
    last_ = losses;
    done_cost_ += static_cast<double>(level.height * level.width);
    result_.content_loss = losses.content;
    result_.style_loss = losses.style;
    result_.tv_loss = losses.tv;
    const NamedValue values[] = {
        {"content", losses.content}, {"style", losses.style}, {"tv", losses.tv}, {"total", losses.total}};
    const std::string stage = fmt::format("stylize {}x{}", level.width, level.height);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    observer_.on_progress({stage, result_.steps, total_steps_, values, seconds / done_cost_ * (total_cost_ - done_cost_)});
    if (observer_.wants_preview(result_.steps)) observer_.on_preview(to_image(x_ / 255.0), result_.steps);
  }

  const FeatureNetwork& network_;
  const NeuralStylePictures& pictures_;
  const StylizeRequest& request_;
  Observer& observer_;
  const std::vector<Level> levels_;
  const ObjectiveSettings settings_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  NeuralStyleResult result_;
  std::optional<int64_t> pairs_;  // of this level's L-BFGS; absent: Adam
  at::Tensor x_;                  // [1,3,h,w] in units of 1/255
  Losses last_;
  int64_t total_steps_ = 0, planned_steps_ = 0;
  double total_cost_ = 0, planned_cost_ = 0, done_cost_ = 0, damping_ = 1;
  int recoveries_ = 0;
};

void check(const NeuralStylePictures& pictures) {
  if (pictures.styles.empty()) throw Error(ErrorCategory::bad_argument, "no style picture; give one with --style");
  if (!pictures.masks.empty() && pictures.masks.size() != pictures.styles.size())
    throw Error(ErrorCategory::bad_argument, fmt::format("--style-masks has {} pictures for {} styles; give one mask per style",
                                                         pictures.masks.size(), pictures.styles.size()));
}

}  // namespace

NeuralStyleResult neural_style(const FeatureNetwork& network, const NeuralStylePictures& pictures, const StylizeRequest& request,
                               Observer& observer) {
  check(pictures);
  const at::NoGradGuard frozen;
  return Painter(network, pictures, request, observer).paint();
}

}  // namespace inkstone
