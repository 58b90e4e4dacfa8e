#include "dream/presets.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "kernels/convolution.hpp"

namespace inkstone {

void apply_preset(StylizeRequest& request, const std::set<std::string>& given) {
  const auto set = [&](const char* name, auto& field, auto value) {
    if (given.count(name) == 0) field = value;
  };
  const bool original = request.preset != "default" && request.preset != "fast";
  if (original) set("init-noise", request.init_noise, 0.0);
  const bool adam = request.preset == "gatys-adam" || request.preset == "tutorial-literal";
  if (request.preset == "fast") set("iterations", request.iterations, 80);
  if (adam) {
    set("content-layers", request.content_layers, std::vector<std::string>{"block5_conv2"});
    set("style-layers", request.style_layers,
        std::vector<std::string>{"block1_conv1", "block2_conv1", "block3_conv1", "block4_conv1", "block5_conv1"});
    set("content-weight", request.content_weight, 1e3);
    set("style-weight", request.style_weight, 1e-2);
    set("tv-weight", request.tv_weight, 1e-4);
    set("optimizer", request.optimizer, "adam");
    set("learning-rate", request.learning_rate, 5.0);
    set("iterations", request.iterations, 1000);
    set("pyramid", request.pyramid, 1);
  }
  if (request.preset == "leongatys") {
    set("optimizer", request.optimizer, "lbfgs");
    set("content-layers", request.content_layers, std::vector<std::string>{"relu4_2"});
    set("content-weight", request.content_weight, 1.0);
    set("style-weight", request.style_weight, 1.0);
    set("tv-weight", request.tv_weight, 0.0);
    set("iterations", request.iterations, 500);
    set("size", request.size, 800);
    set("pyramid", request.pyramid, 2);
    set("original-colors", request.original_colors, true);
    set("color-mode", request.color_mode, "match");
  }
}

namespace dream {
namespace {

// relu4_2, conv4_2 and block4_conv2 -> {4, 2}.
std::optional<std::pair<int, int>> vgg_position(const std::string& layer) {
  int block = 0, place = 0;
  char beyond = 0;  // must stay unread
  for (const char* pattern : {"relu%d_%d%c", "conv%d_%d%c", "block%d_conv%d%c"})
    if (std::sscanf(layer.c_str(), pattern, &block, &place, &beyond) == 2) return std::pair{block, place};
  return std::nullopt;
}

bool has_layer(const FeatureNetwork& network, const std::string& layer) {
  try {
    network.stage(layer);
    return true;
  } catch (const Error&) {
    return false;
  }
}

// The rectified layer of the network that comes last before the wanted one.
std::optional<std::string> deepest_before(const FeatureNetwork& network, const std::string& wanted) {
  const auto limit = vgg_position(wanted);
  if (!limit) return std::nullopt;
  std::optional<std::string> best;
  for (const auto& stage : network.stages) {
    const auto place = vgg_position(stage.name);
    if (stage.kind == FeatureStage::Kind::relu && place && *place <= *limit) best = stage.name;
  }
  return best;
}

std::vector<std::string> reachable(const FeatureNetwork& network, const std::vector<std::string>& layers, Observer& observer) {
  std::vector<std::string> found;
  for (const auto& layer : layers) {
    auto name = layer;
    if (!has_layer(network, layer)) {
      const auto other = deepest_before(network, layer);
      if (!other) network.stage(layer);  // says which layers there are
      name = *other;
      observer.on_message(fmt::format("{} has no {}; {} stands in for it", network.name, layer, name));
    }
    if (std::find(found.begin(), found.end(), name) == found.end()) found.push_back(name);
  }
  return found;
}

double channels_of(const FeatureNetwork& network, const std::string& layer) {
  return static_cast<double>(inkstone::channels_of(network)[network.stage(layer)]);
}

// 0.5 is 1; 0 switches off; 1 is eightfold.
double dial(double position) {
  return std::pow(2 * position, 3);
}

std::vector<double> blend_of(const StylizeRequest& request, std::size_t styles) {
  auto blend = request.style_blend_weights;
  if (blend.empty()) blend.assign(styles, 1.0);
  if (blend.size() != styles)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("--style-blend-weights has {} values for {} styles", blend.size(), styles));
  const double sum = std::accumulate(blend.begin(), blend.end(), 0.0);
  if (!(sum > 0)) throw Error(ErrorCategory::bad_argument, "--style-blend-weights must not all be 0");
  for (double& weight : blend) weight /= sum;
  return blend;
}

Precision precision_of(const StylizeRequest& request) {
  if (request.type == "bf16") return Precision::bfloat16;
  return request.type == "auto" && kernels::has_fast_bfloat16() ? Precision::bfloat16 : Precision::float32;
}

}  // namespace

ObjectiveSettings objective_settings(const FeatureNetwork& network, const StylizeRequest& request, std::size_t styles,
                                     Observer& observer) {
  ObjectiveSettings s;
  const bool adam = request.preset == "gatys-adam", literal = request.preset == "tutorial-literal",
             gatys = request.preset == "leongatys";
  s.scale = adam || gatys ? Scale::mean : literal ? Scale::tutorial : Scale::relative;
  s.variation = adam || literal ? Variation::power : Variation::squares;
  s.margin = s.scale == Scale::relative ? 16 : 0;  // the presets see what their originals saw
  s.style_loss = request.style_loss;
  s.style_layers = reachable(network, request.style_layers, observer);
  s.content_layers = reachable(network, request.content_layers, observer);
  s.content_layer_weights.assign(s.content_layers.size(), 1.0 / std::max<std::size_t>(1, s.content_layers.size()));
  for (const auto& layer : s.style_layers)
    s.style_layer_weights.push_back(gatys ? 1e3 / std::pow(channels_of(network, layer), 2)
                                          : 1.0 / static_cast<double>(s.style_layers.size()));
  s.content_weight = request.content_weight * dial(request.content_retention);
  s.style_weight = request.style_weight * dial(request.style_strength);
  s.tv_weight = request.tv_weight;
  s.blend = blend_of(request, styles);
  s.normalize_gradients = request.normalize_gradients;
  s.pooling = request.pooling == "avg" ? Pooling::average : Pooling::max;
  s.precision = precision_of(request);
  return s;
}

AdamSettings adam_settings(const StylizeRequest& request) {
  const bool tutorial = request.preset == "gatys-adam" || request.preset == "tutorial-literal";
  constexpr double kOwnRate = 4;  // of 255: strokes stand after some dozens of steps
  const double rate = request.learning_rate > 0 ? request.learning_rate : kOwnRate;
  return tutorial ? AdamSettings{rate, 0.99, 0.1} : AdamSettings{rate, 0.9, 1e-8};
}

LbfgsSettings lbfgs_settings(const StylizeRequest& request, Scale scale, int64_t values) {
  const bool gatys = request.preset == "leongatys";
  LbfgsSettings settings;
  if (request.learning_rate > 0) settings.learning_rate = request.learning_rate;
  settings.history = gatys ? 100 : 20;
  settings.line_search = !gatys;
  settings.loss_scale = scale == Scale::relative ? static_cast<double>(values) : 1.0;
  return settings;
}

}  // namespace dream
}  // namespace inkstone
