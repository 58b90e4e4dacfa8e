#include "studio/contribution_sheet.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "dream/style_contribution.hpp"
#include "image/resize.hpp"
#include "image/text_label.hpp"
#include "inkstone/error.hpp"
#include "studio/heat_overlay.hpp"
#include "studio/source_picture.hpp"
#include "studio/style_pictures.hpp"
#include "tensor/picture.hpp"

namespace inkstone::studio {
namespace {

using dream::LayerContribution;
using dream::StyleContribution;

constexpr int kWorkingSide = 384;  // beyond, places only get finer than an eye wants them
constexpr std::int64_t kContributionSteps = 8;

StylizeRequest losses_of(const ExplainRequest& request, Size size) {
  StylizeRequest losses;
  losses.style = request.style;
  losses.size = std::max(size.width, size.height);
  losses.type = "f32";
  if (request.layer.empty()) return losses;
  const auto keep = [&](std::vector<std::string>& layers) {
    std::erase_if(layers, [&](const auto& layer) { return layer != request.layer; });
  };
  const auto all = losses;
  keep(losses.style_layers);
  keep(losses.content_layers);
  if (losses.style_layers.empty() && losses.content_layers.empty())
    throw Error(ErrorCategory::bad_argument, fmt::format("--layer {} is neither of style ({}) nor of content ({})", request.layer,
                                                         fmt::join(all.style_layers, ", "), fmt::join(all.content_layers, ", ")));
  if (losses.style_layers.empty()) {  // an objective has a style layer; this one will count nothing
    losses.style_layers = {all.style_layers.front()};
    losses.style_weight = 0;
  }
  return losses;
}

Image photograph_like(const ExplainRequest& request, const Image& painted) {
  const Image photograph = load_at(request.content.value, 0);
  const double shape = double(photograph.width) / photograph.height / (double(painted.width) / painted.height);
  constexpr double kSame = 0.03;
  if (std::abs(shape - 1) > kSame)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("--content is {}x{} and the painting {}x{}: it was not made from that photograph, or was cut",
                            photograph.width, photograph.height, painted.width, painted.height));
  return photograph;
}

double total_of(const StyleContribution& found, bool style) {
  double total = 0;
  for (const auto& layer : found.layers)
    if (layer.style == style) total += layer.at_picture - layer.at_photograph;
  return total;
}

// What the painting won at each place (the style loss falls), or what it cost in content (that loss rises).
at::Tensor pull_of(const LayerContribution& layer) {
  return layer.style ? -layer.shares : layer.shares;
}

// Single pixels say little to the eye: what they add up to around each place.
at::Tensor gathered_around(const at::Tensor& map) {
  const double side = double(std::min(map.size(2), map.size(3)));
  return gaussian_blurred(map, side / 40, std::max<int64_t>(2, std::llround(side / 14))).clamp_min(0);
}

at::Tensor sum_of(const StyleContribution& found, bool style, const at::Tensor& like) {
  auto sum = at::zeros_like(like);
  for (const auto& layer : found.layers)
    if (layer.style == style) sum += pull_of(layer);
  return gathered_around(sum);
}

// Each by its own mean, so that it shows where a loss acts rather than how it was weighted.
at::Tensor evened(const at::Tensor& map) {
  return map / (map.mean() + 1e-12);
}

using WashColour = std::array<float, 3>;
constexpr WashColour kPainting = {0.96F, 0.50F, 0.05F}, kPhotograph = {0.10F, 0.42F, 0.95F};

// How much more the painting pulls than the photograph, against what is usual in this picture: about -1 to 1.
at::Tensor leaning(const at::Tensor& style, const at::Tensor& content) {
  const auto share = at::log((style + 0.05) / (content + 0.05));
  const auto usual = share.median();
  const auto apart = (share - usual).abs();
  return ((share - usual) / (2.0 * apart.median() + 1e-6)).clamp(-1, 1);
}

// Grey where neither pulls; towards orange or blue by who pulls more than elsewhere, the stronger the more.
Image washed(const Image& painted, const at::Tensor& style, const at::Tensor& content) {
  const auto full = [&](const at::Tensor& map) {
    return at::upsample_bilinear2d(map, {painted.height, painted.width}, false).contiguous();
  };
  const auto s = evened(style), c = evened(content);
  const auto leans = full(leaning(s, c)), strengths = full(((s + c) / 2).clamp(0, 1).sqrt());
  const float *lean = leans.data_ptr<float>(), *strength = strengths.data_ptr<float>();
  Image out(painted.width, painted.height, 3);
  for (int y = 0; y < painted.height; ++y)
    for (int x = 0; x < painted.width; ++x, ++lean, ++strength) {
      const float cover = 0.8F * std::abs(*lean) * *strength;
      const float grey = 0.299F * painted.at(x, y, 0) + 0.587F * painted.at(x, y, 1) + 0.114F * painted.at(x, y, 2);
      const auto& colour = *lean > 0 ? kPainting : kPhotograph;
      for (int k = 0; k < 3; ++k)
        out.at(x, y, k) = (0.1F + 0.8F * grey) * (1 - cover) + colour[std::size_t(k)] * (0.35F + 0.65F * grey) * cover;
    }
  return out;
}

std::string share_in_words(const LayerContribution& layer, double total) {
  const double share = std::abs(total) > 1e-9 ? 100 * (layer.at_picture - layer.at_photograph) / total : 0;
  return fmt::format("{} {}: {:.0f} %", layer.style ? "style" : "content", layer.layer, share);
}

void paste(Image& sheet, const Image& picture, int left, int top) {
  for (int y = 0; y < picture.height && top + y < sheet.height; ++y)
    for (int x = 0; x < picture.width && left + x < sheet.width; ++x)
      for (int c = 0; c < 3; ++c) sheet.at(left + x, top + y, c) = picture.at(x, y, c);
}

// The large picture over small maps, four in a row.
Image with_layers(const Image& large, const Image& painted, const StyleContribution& found) {
  constexpr int kColumns = 4;
  const int gap = std::max(4, large.width / 96), line = std::clamp(large.width / 52, 9, 20);
  const int width = std::max(16, (large.width - (kColumns - 1) * gap) / kColumns),
            height = std::max(8, width * large.height / large.width);
  const int strip = height + line * 2 + gap, rows = (int(found.layers.size()) + kColumns - 1) / kColumns;
  Image sheet(large.width, large.height + gap + rows * strip, 3);
  std::fill(sheet.pixels.begin(), sheet.pixels.end(), 0.96F);
  paste(sheet, large, 0, 0);
  const Image small = resize(painted, width, height);
  for (std::size_t k = 0; k < found.layers.size(); ++k) {
    const auto& layer = found.layers[k];
    const int left = int(k % kColumns) * (width + gap), top = large.height + gap + int(k / kColumns) * strip;
    paste(sheet, heat_overlay(small, gathered_around(pull_of(layer))), left, top);
    Image label = text_label(share_in_words(layer, total_of(found, layer.style)), width, line);
    for (auto& value : label.pixels) value *= 0.96F;
    paste(sheet, label, left, top + height + line / 4);
  }
  return sheet;
}

void tell_losses(const StyleContribution& found, Observer& observer) {
  for (const auto& layer : found.layers)
    observer.on_message(
        fmt::format("{:>7} {}: loss {:.3f} in the photograph, {:.3f} in the picture; the pixels' shares add up to {:.3f}",
                    layer.style ? "style" : "content", layer.layer, layer.at_photograph, layer.at_picture,
                    layer.shares.sum().item<double>()));
}

ContributionSheet one_map(const StyleContribution& found, const Image& painted) {
  const auto& layer = found.layers.front();
  return {heat_overlay(painted, gathered_around(pull_of(layer))),
          fmt::format("bright: where the {} of {} pulls most", layer.style ? "painting's style" : "photograph's content",
                      layer.layer),
          true};
}

ContributionSheet both_maps(const StyleContribution& found, const Image& painted) {
  const auto& like = found.layers.front().shares;
  const auto style = sum_of(found, true, like), content = sum_of(found, false, like);
  return {with_layers(washed(painted, style, content), painted, found),
          "orange: the painting pulls more than elsewhere; blue: the photograph pulls back more. Below: where each layer pulls, "
          "from fine strokes to large forms, and its part of all that the painting (style) or the photograph (content) pulls"};
}

}  // namespace

ContributionSheet style_contribution_sheet(const ExplainRequest& request, const FeatureNetwork& network, Observer& observer) {
  const Image painted = load_at(request.picture.value, request.size);
  const Image photograph = photograph_like(request, painted);
  const Size size = fit_within({painted.width, painted.height}, kWorkingSide);
  const auto losses = losses_of(request, size);
  auto pictures = style_tensors(losses, resize(photograph, size.width, size.height));
  pictures.content = to_tensor(resize(photograph, size.width, size.height));
  auto found = dream::style_contribution(network, pictures, to_tensor(resize(painted, size.width, size.height)), losses,
                                         request.steps > 0 ? request.steps : kContributionSteps, observer);
  if (losses.style_weight == 0) std::erase_if(found.layers, [](const auto& layer) { return layer.style; });
  if (found.layers.empty()) throw Error(ErrorCategory::cancelled, "stopped before the first layer was done");
  tell_losses(found, observer);
  auto sheet = request.layer.empty() ? both_maps(found, painted) : one_map(found, painted);
  sheet.steps = found.steps;
  sheet.stopped = found.stopped;
  return sheet;
}

}  // namespace inkstone::studio
