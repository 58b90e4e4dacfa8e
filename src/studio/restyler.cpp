#include "studio/restyler.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

#include "image/resize.hpp"
#include "inkstone/error.hpp"
#include "studio/source_picture.hpp"
#include "tensor/picture.hpp"
#include "transform/dials.hpp"
#include "transform/tiled.hpp"

namespace inkstone::studio {
namespace {

void refuse(bool wrong, const char* what) {
  if (wrong) throw Error(ErrorCategory::bad_argument, what);
}

void check_one_style(const StylizeRequest& request) {
  refuse(!request.style.empty() && request.refine == 0,
         "this network knows one style, its own; --style goes with a network of any style (microast), or with --refine");
  refuse(!request.style_masks.empty(), "--style-masks needs a network that takes any style: --model microast");
}

void check_any_style(const StylizeRequest& request) {
  refuse(request.style.empty(), "this network paints in any style; name a painting with --style PAINTING");
  refuse(!request.style_masks.empty() && request.style_masks.size() != request.style.size(),
         "--style-masks must name one mask per style");
  refuse(!request.style_blend_weights.empty() && request.style_blend_weights.size() != request.style.size(),
         "--style-blend-weights must have one weight per style");
}

}  // namespace

Restyler::Restyler(const StylizeRequest& request, LoadedModels& models, int width, int height)
    : request_(request),
      loaded_(kept_picture_network(request.model, request.type, NetworkTask::stylize, models)),
      arbitrary_(dynamic_cast<transform::ArbitraryStyle*>(loaded_->network.get())) {
  refuse(
      request.color_mode == "match",
      "--color-mode match changes the painting that a search goes towards; a network keeps colours by --original-colors alone");
  refuse(request.refine > 0 && request.style.empty(),
         "--refine needs the painting that the style is taken from; name it with --style PAINTING");
  if (arbitrary_)
    look_at_styles(width, height);
  else
    check_one_style(request_);
}

void Restyler::look_at_styles(int width, int height) {
  check_any_style(request_);
  const int side = std::max(32, int(std::lround(request_.size * request_.style_scale)));
  for (const auto& style : request_.style) styles_.push_back({to_tensor(load_at(style.value, side))});
  for (std::size_t i = 0; i < request_.style_blend_weights.size(); ++i) styles_[i].weight = request_.style_blend_weights[i];
  for (const auto& mask : request_.style_masks)
    masks_.push_back(to_tensor(inkstone::resize(load_at(mask.value, 0), width, height)).mean(1, true).clamp_min(0) + 1e-4);
  if (masks_.empty()) return arbitrary_->set_styles(styles_, request_.style_strength);
  const auto sum = at::stack(masks_).sum(0);
  for (auto& mask : masks_) mask = mask / sum;
}

at::Tensor Restyler::run(const at::Tensor& photograph, Observer& observer) {
  return transform::run(*loaded_->network, photograph, {.tile = request_.tile_size}, observer);
}

// Every style paints the whole, and each shows where its mask is: so no style's statistics leak into another's region.
at::Tensor Restyler::by_regions(const at::Tensor& photograph, Observer& observer) {
  auto picture = at::zeros_like(photograph);
  for (std::size_t i = 0; i < styles_.size(); ++i) {
    arbitrary_->set_styles({styles_[i]}, request_.style_strength);
    picture += run(photograph, observer) * masks_[i];
  }
  return picture;
}

at::Tensor Restyler::paint(const at::Tensor& photograph, Observer& observer) {
  transform::Dials dials{request_.style_strength, request_.content_retention};
  // a network's own dial keeps some of the style at 0: from a third down the photograph comes through
  if (arbitrary_) dials.strength = std::min(1.0, 3 * request_.style_strength);
  const auto painted = masks_.empty() ? run(photograph, observer) : by_regions(photograph, observer);
  const auto picture = transform::with_dials(photograph, painted, dials);
  return request_.original_colors ? chroma_kept(picture, photograph) : picture;
}

at::Tensor chroma_kept(const at::Tensor& painting, const at::Tensor& photograph) {
  const auto weights = at::tensor({0.299F, 0.587F, 0.114F}).view({1, 3, 1, 1});
  const auto luminance = [&](const at::Tensor& rgb) { return (rgb * weights).sum(1, true); };
  return (photograph + luminance(painting) - luminance(photograph))
      .clamp(0, 1);  // I and Q are differences of channels: adding grey keeps them
}

}  // namespace inkstone::studio
