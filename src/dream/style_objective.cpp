#include "dream/style_objective.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "tensor/picture.hpp"

namespace inkstone::dream {
namespace {

// The cell's part of a layer's output or gradient: a view [1,C,h,w].
at::Tensor cell_view(const at::Tensor& layer, const Tile& tile, int64_t reduction) {
  const auto y = cell_in_layer(tile.cell_y, tile.window_y, reduction, layer.size(2));
  const auto x = cell_in_layer(tile.cell_x, tile.window_x, reduction, layer.size(3));
  return layer.narrow(2, y.begin, y.size()).narrow(3, x.begin, x.size());
}

// [1,C,h,w] channels-last -> [h*w,C]; a view where the layer is whole.
at::Tensor as_rows(const at::Tensor& layer) {
  return layer.permute({0, 2, 3, 1}).reshape({-1, layer.size(1)});
}

at::Tensor window_of(const at::Tensor& picture, const Tile& tile) {
  return picture.narrow(2, tile.window_y.begin, tile.window_y.size()).narrow(3, tile.window_x.begin, tile.window_x.size());
}

}  // namespace

StyleObjective::StyleObjective(const FeatureNetwork& network, const NeuralStylePictures& pictures, ObjectiveSettings settings)
    : settings_(std::move(settings)) {
  find_layers(network);
  const int64_t pixels = pictures.content.size(2) * pictures.content.size(3);
  const std::size_t regions = std::max<std::size_t>(1, pictures.masks.size());
  for (auto& layer : style_)
    for (std::size_t r = 0; r < regions; ++r)
      layer.regions.push_back(make_style_term(settings_.style_loss, settings_.scale, pixels));
  set_style_targets(pictures);
  tiles_ = tiles_of(pictures.content);
  const bool whole_only = settings_.normalize_gradients || !style_.front().regions.front()->tileable();
  if (tiles_.size() > 1 && whole_only)
    throw Error(ErrorCategory::unsupported,
                "--normalize-gradients and --style-loss histogram need the whole picture at once; choose a smaller --size");
  set_content_targets(pictures.content);
  prepare_masks(pictures);
  before_ = pictures.before;
  if (!before_.picture.defined()) before_.weight = 0;
  if (before_.weight == 0) return;
  before_.picture = before_.picture * 255.0;
  before_.weight /= before_.picture.square().sum().item<double>() + 1e-6;
}

void StyleObjective::find_layers(const FeatureNetwork& network) {
  if (settings_.style_layers.empty()) throw Error(ErrorCategory::bad_argument, "--style-layers names no layer");
  std::set<std::size_t> stages;
  for (const auto& name : settings_.style_layers) stages.insert(network.stage(name));
  for (const auto& name : settings_.content_layers) stages.insert(network.stage(name));
  const std::vector<std::size_t> taps(stages.begin(), stages.end());
  const auto locate = [&](Layer& layer, const std::string& name, double weight) {
    const std::size_t stage = network.stage(name);
    layer.tap = static_cast<std::size_t>(std::lower_bound(taps.begin(), taps.end(), stage) - taps.begin());
    layer.weight = weight;
    layer.reduction = reach_of(network, stage).reduction;
  };
  for (std::size_t i = 0; i < settings_.style_layers.size(); ++i)
    locate(style_.emplace_back(), settings_.style_layers[i], settings_.style_layer_weights.at(i));
  for (std::size_t i = 0; i < settings_.content_layers.size(); ++i)
    locate(content_.emplace_back(), settings_.content_layers[i], settings_.content_layer_weights.at(i));
  reach_ = reach_of(network, taps.back());
  pass_ = std::make_unique<FeaturePass>(network, taps, settings_.pooling, settings_.precision);
}

at::Tensor StyleObjective::with_margin(const at::Tensor& picture) const {
  const int64_t m = settings_.margin;
  return m == 0 ? picture : at::reflection_pad2d(picture, {m, m, m, m});
}

// Tiles of the picture with its margin, whose cells cover the picture without it.
std::vector<Tile> StyleObjective::tiles_of(const at::Tensor& picture) const {
  const int64_t m = settings_.margin, h = picture.size(2), w = picture.size(3);
  auto tiles = cut_tiles(h + 2 * m, w + 2 * m, settings_.tile, reach_);
  const auto clip = [m](Span& cell, int64_t length) { cell = {std::max(cell.begin, m), std::min(cell.end, m + length)}; };
  for (auto& tile : tiles) {
    clip(tile.cell_y, h);
    clip(tile.cell_x, w);
  }
  std::erase_if(tiles, [](const Tile& t) { return t.cell_y.size() <= 0 || t.cell_x.size() <= 0; });
  return tiles;
}

void StyleObjective::set_style_targets(const NeuralStylePictures& pictures) {
  for (std::size_t s = 0; s < pictures.styles.size(); ++s) {
    const std::size_t region = pictures.masks.empty() ? 0 : s;
    const double blend = pictures.masks.empty() ? settings_.blend.at(s) : 1.0;
    for (auto& layer : style_) layer.regions[region]->begin();
    const auto picture = with_margin(pictures.styles[s]);
    for (const auto& tile : tiles_of(pictures.styles[s])) {
      const auto& outputs = pass_->forward(window_of(picture, tile));
      for (auto& layer : style_)
        layer.regions[region]->accumulate(as_rows(cell_view(outputs[layer.tap], tile, layer.reduction)), {});
    }
    for (auto& layer : style_) layer.regions[region]->adopt_target(blend);
  }
}

void StyleObjective::set_content_targets(const at::Tensor& content) {
  for (auto& layer : content_) layer.targets.clear();
  std::vector<double> energy(content_.size()), count(content_.size());
  const auto picture = with_margin(content);
  for (const auto& tile : tiles_) {
    const auto& outputs = pass_->forward(window_of(picture, tile));
    for (std::size_t i = 0; i < content_.size(); ++i) {
      const auto target = cell_view(outputs[content_[i].tap], tile, content_[i].reduction).clone();
      energy[i] += at::sum(target.to(at::kFloat).square(), at::kDouble).item<double>();
      count[i] += static_cast<double>(target.numel());
      content_[i].targets.push_back(target);
    }
  }
  for (std::size_t i = 0; i < content_.size(); ++i) content_[i].scale = ContentScale::of(settings_.scale, count[i], energy[i]);
}

void StyleObjective::prepare_masks(const NeuralStylePictures& pictures) {
  for (auto& layer : style_)
    for (const auto& mask : pictures.masks) {
      const int64_t h = mask.size(2) / layer.reduction, w = mask.size(3) / layer.reduction;
      layer.masks.push_back(at::adaptive_avg_pool2d(mask, {std::max<int64_t>(h, 1), std::max<int64_t>(w, 1)}).view({h, w}));
    }
}

at::Tensor StyleObjective::mask_of(const StyleLayer& layer, std::size_t region, const Tile& tile,
                                   const at::Tensor& output) const {
  if (layer.masks.empty()) return {};
  const auto y = cell_in_layer(tile.cell_y, tile.window_y, layer.reduction, output.size(2));
  const auto x = cell_in_layer(tile.cell_x, tile.window_x, layer.reduction, output.size(3));
  return layer.masks[region]
      .narrow(0, (tile.cell_y.begin - settings_.margin) / layer.reduction, y.size())
      .narrow(1, (tile.cell_x.begin - settings_.margin) / layer.reduction, x.size())
      .reshape(-1);
}

void StyleObjective::gather(const Tile& tile, std::size_t index, const std::vector<at::Tensor>& outputs, Losses& losses) {
  for (auto& layer : style_) {
    const auto rows = as_rows(cell_view(outputs[layer.tap], tile, layer.reduction));
    for (std::size_t r = 0; r < layer.regions.size(); ++r)
      layer.regions[r]->accumulate(rows, mask_of(layer, r, tile, outputs[layer.tap]));
  }
  for (const auto& layer : content_)
    losses.content +=
        layer.weight * content_loss(cell_view(outputs[layer.tap], tile, layer.reduction), layer.targets[index], layer.scale);
}

void StyleObjective::sum_up_style(Losses& losses) {
  for (auto& layer : style_)
    for (auto& region : layer.regions) losses.style += layer.weight * region->loss() / static_cast<double>(layer.regions.size());
}

// jcjohnson's --normalize-gradients: each loss pulls with unit L1 norm times its weight.
void StyleObjective::scale_to_unit(at::Tensor& gradient, double weight) const {
  gradient.mul_(weight / (gradient.to(at::kFloat).abs().sum().item<double>() + 1e-8));
}

void StyleObjective::add_gradients(const Tile& tile, std::size_t index, std::size_t tap, const at::Tensor& output,
                                   at::Tensor& gradient) {
  const bool unit = settings_.normalize_gradients;
  for (auto& layer : style_) {
    if (layer.tap != tap) continue;
    auto target = cell_view(gradient, tile, layer.reduction);
    const auto rows = as_rows(cell_view(output, tile, layer.reduction));
    const bool in_place = !unit && target.is_contiguous(at::MemoryFormat::ChannelsLast) && target.sizes() == gradient.sizes();
    auto sum = in_place ? as_rows(target) : at::zeros_like(rows);
    const double weight = settings_.style_weight * layer.weight / static_cast<double>(layer.regions.size());
    for (std::size_t r = 0; r < layer.regions.size(); ++r)
      layer.regions[r]->add_gradient(rows, mask_of(layer, r, tile, output), unit ? 1.0 : weight, sum);
    if (unit) scale_to_unit(sum, weight);
    if (!in_place) target.add_(sum.view({1, target.size(2), target.size(3), target.size(1)}).permute({0, 3, 1, 2}));
  }
  for (const auto& layer : content_) {
    if (layer.tap != tap) continue;
    auto target = cell_view(gradient, tile, layer.reduction);
    const auto features = cell_view(output, tile, layer.reduction);
    const double weight = settings_.content_weight * layer.weight;
    if (!unit) {
      add_content_gradient(features, layer.targets[index], layer.scale, weight, target);
      continue;
    }
    auto own = at::zeros_like(target);
    add_content_gradient(features, layer.targets[index], layer.scale, 1.0, own);
    scale_to_unit(own, weight);
    target.add_(own);
  }
}

double StyleObjective::hold_to_before(const at::Tensor& x, at::Tensor& gradient) const {
  if (before_.weight == 0) return 0;
  const auto apart = (x - before_.picture) * before_.trust;
  gradient.add_(apart, 2 * before_.weight);
  return before_.weight * (apart * (x - before_.picture)).sum().item<double>();
}

Losses StyleObjective::evaluate(const at::Tensor& x, at::Tensor& gradient) {
  const at::NoGradGuard frozen;
  const int64_t m = settings_.margin;
  const auto rgb = with_margin(x / 255.0);
  Losses losses;
  for (auto& layer : style_)
    for (auto& region : layer.regions) region->begin();
  for (std::size_t t = 0; t < tiles_.size(); ++t) gather(tiles_[t], t, pass_->forward(window_of(rgb, tiles_[t])), losses);
  sum_up_style(losses);
  auto d_rgb = at::zeros_like(rgb);
  for (std::size_t t = 0; t < tiles_.size(); ++t) {
    if (tiles_.size() > 1) pass_->forward(window_of(rgb, tiles_[t]));
    window_of(d_rgb, tiles_[t]).add_(pass_->backward([&](std::size_t tap, const at::Tensor& output, at::Tensor& g) {
      add_gradients(tiles_[t], t, tap, output, g);
    }));
  }
  gradient.copy_(m == 0 ? d_rgb : at::reflection_pad2d_backward(d_rgb, x, {m, m, m, m})).div_(255.0);
  losses.tv = total_variation(x, settings_.variation, settings_.tv_weight, gradient);
  losses.before = hold_to_before(x, gradient);
  losses.total = settings_.content_weight * losses.content + settings_.style_weight * losses.style +
                 settings_.tv_weight * losses.tv + losses.before;
  return losses;
}

}  // namespace inkstone::dream
