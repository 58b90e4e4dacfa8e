#include "dream/style_contribution.hpp"

#include <utility>

#include <ATen/ATen.h>

#include "dream/presets.hpp"
#include "dream/style_objective.hpp"

namespace inkstone::dream {
namespace {

// The loss of one layer alone.
ObjectiveSettings one_layer(const ObjectiveSettings& all, std::size_t index, bool style) {
  auto one = all;
  const std::size_t k = style ? index : 0;  // an objective has a style layer; beside content it counts nothing
  one.style_layers = {all.style_layers[k]};
  one.style_layer_weights = {all.style_layer_weights[k]};
  one.content_layers.clear();
  one.content_layer_weights.clear();
  one.tv_weight = 0;
  if (style) return one;
  one.style_weight = 0;
  one.content_layers = {all.content_layers[index]};
  one.content_layer_weights = {all.content_layer_weights[index]};
  return one;
}

class Contributions {
 public:
  Contributions(const FeatureNetwork& network, const NeuralStylePictures& pictures, const at::Tensor& picture, std::int64_t steps,
                Observer& observer)
      : network_(network),
        pictures_(pictures),
        start_(pictures.content * 255.0),
        way_(picture * 255.0 - start_),
        steps_(steps),
        observer_(observer) {}

  StyleContribution of(const ObjectiveSettings& settings) {
    total_ = std::int64_t(settings.style_layers.size() + settings.content_layers.size()) * steps_;
    for (std::size_t k = 0; k < settings.style_layers.size(); ++k) add(settings, k, true);
    for (std::size_t k = 0; k < settings.content_layers.size(); ++k) add(settings, k, false);
    return std::move(result_);
  }

 private:
  void add(const ObjectiveSettings& settings, std::size_t index, bool style) {
    if (result_.stopped) return;
    StyleObjective objective(network_, pictures_, one_layer(settings, index, style));
    LayerContribution layer;
    layer.layer = (style ? settings.style_layers : settings.content_layers)[index];
    layer.style = style;
    auto gradient = at::zeros_like(start_), sum = at::zeros_like(start_);
    for (std::int64_t k = 0; k < steps_; ++k) {
      objective.evaluate(start_ + way_ * ((double(k) + 0.5) / double(steps_)), gradient);
      sum += gradient;
      observer_.on_progress({.stage = "explain", .step = ++result_.steps, .total = total_, .values = {}});
      if ((result_.stopped = observer_.stop_requested())) return;
    }
    layer.at_photograph = objective.evaluate(start_, gradient).total;
    layer.at_picture = objective.evaluate(start_ + way_, gradient).total;
    layer.shares = (way_ * sum).sum(1, true) / double(steps_);
    result_.layers.push_back(std::move(layer));
  }

  const FeatureNetwork& network_;
  const NeuralStylePictures& pictures_;
  const at::Tensor start_, way_;  // in units of 1/255
  const std::int64_t steps_;
  Observer& observer_;
  std::int64_t total_ = 0;
  StyleContribution result_;
};

}  // namespace

StyleContribution style_contribution(const FeatureNetwork& network, const NeuralStylePictures& pictures,
                                     const at::Tensor& picture, const StylizeRequest& request, std::int64_t steps,
                                     Observer& observer) {
  const at::NoGradGuard frozen;
  auto settings = objective_settings(network, request, pictures.styles.size(), observer);
  settings.precision = Precision::float32;  // sums of many small shares
  return Contributions(network, pictures, picture, steps, observer).of(settings);
}

}  // namespace inkstone::dream
