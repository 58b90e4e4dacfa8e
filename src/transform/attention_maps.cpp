#include "transform/attention_maps.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::transform {
namespace {

struct Sides {
  int64_t height, width;
};

// The grid of so many places that a network which halves its pictures, odd sides rounded up, comes to.
Sides sides_of(int64_t places, Sides grid) {
  while (grid.height * grid.width > places && grid.height * grid.width > 1) grid = {(grid.height + 1) / 2, (grid.width + 1) / 2};
  if (grid.height * grid.width != places)
    throw Error(ErrorCategory::unsupported, fmt::format("attention over {} places cannot be laid out as a picture", places));
  return grid;
}

}  // namespace

void AttentionMaps::begin(int64_t height, int64_t width, double time) {
  if (moments_.empty()) height_ = height, width_ = width;
  moments_.push_back({time, height, width, {}, 0});
}

void AttentionMaps::hear(const at::Tensor& weights) {
  if (moments_.empty()) throw Error(ErrorCategory::bad_argument, "attention was heard before an evaluation began");
  auto& moment = moments_.back();
  const auto sides = sides_of(weights.size(2), {moment.height, moment.width});
  const auto by_token = weights[0].mean(0).t().reshape({1, weights.size(3), sides.height, sides.width}).contiguous();
  const auto map = at::upsample_bilinear2d(by_token, {height_, width_}, /*align_corners=*/false)[0];
  if (moment.sum.defined() && moment.sum.size(0) != map.size(0))
    throw Error(ErrorCategory::unsupported, "the prompt changes its length on the way, so its words cannot be followed");
  moment.sum = moment.sum.defined() ? moment.sum + map : map.clone();
  ++moment.layers;
}

void AttentionMaps::hear_effects(const at::Tensor& distances) {
  const auto sized = effects_ == 0 || distances.sizes() == effect_sum_.sizes()
                         ? distances
                         : at::upsample_bilinear2d(distances.unsqueeze(0), {effect_sum_.size(1), effect_sum_.size(2)}, false)[0];
  effect_sum_ = effects_ == 0 ? sized.clone() : effect_sum_ + sized;
  ++effects_;
}

at::Tensor AttentionMaps::maps(int64_t first, int64_t count) const {
  at::Tensor sum;
  int64_t heard = 0;
  for (int64_t k = std::max<int64_t>(0, first); k < std::min(first + count, evaluations()); ++k) {
    const auto& moment = moments_[std::size_t(k)];
    if (moment.layers == 0) continue;
    const auto mean = moment.sum / double(moment.layers);
    sum = sum.defined() ? sum + mean : mean;
    ++heard;
  }
  if (heard == 0) throw Error(ErrorCategory::bad_argument, "no attention to a prompt was heard");
  return sum / double(heard);
}

at::Tensor word_maps(const at::Tensor& token_maps, const std::vector<nn::TokenSpan>& words) {
  std::vector<at::Tensor> maps;
  for (const auto& word : words) {
    if (word.first < 0 || word.count < 1 || word.first + word.count > token_maps.size(0))
      throw Error(ErrorCategory::bad_argument, fmt::format("the word '{}' lies beyond what the network was told", word.word));
    maps.push_back(token_maps.narrow(0, word.first, word.count).sum(0));
  }
  if (maps.empty()) throw Error(ErrorCategory::bad_argument, "the prompt has no words to explain");
  return at::stack(maps);
}

}  // namespace inkstone::transform
