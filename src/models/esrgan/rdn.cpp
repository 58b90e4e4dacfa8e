#include "models/esrgan/rdn.hpp"

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "models/esrgan/tfjs_layers.hpp"
#include "nn/fill.hpp"

namespace inkstone {
namespace {

constexpr int64_t kUpWide = 64, kUpNarrow = 32;  // channels of the efficient sub-pixel part, fixed in the original

// The last layer is published as pixels repeated s times in both directions, then a 3x3 convolution to three channels. The same
// out of the pixels before they were repeated: pixel (a, b) of a cell sees this cell and its next neighbours alone, so that a 3x3
// convolution to 3 s s channels, shuffled into place, gives the same numbers from s s times less memory.
at::Tensor before_repeating(const at::Tensor& weight, int64_t scale) {
  auto folded = at::zeros({weight.size(0), scale, scale, weight.size(1), 3, 3});
  const auto cell = [&](int64_t place) { return place < 0 ? 0 : place < scale ? 1 : 2; };
  for (int64_t a = 0; a < scale; ++a)
    for (int64_t b = 0; b < scale; ++b)
      for (int64_t y = 0; y < 3; ++y)
        for (int64_t x = 0; x < 3; ++x)
          folded.select(1, a)
              .select(1, b)
              .select(2, cell(a + y - 1))
              .select(2, cell(b + x - 1))
              .add_(weight.select(2, y).select(2, x));
  return folded.view({-1, weight.size(1), 3, 3});
}

// A 1x1 convolution of joined pictures is the sum of one for each: what is published as one kernel becomes layers "NAME_of_0",
// "NAME_of_1", ... of so many input channels, and nothing need be joined.
void split(StateDict& weights, const std::string& name, const std::vector<int64_t>& channels) {
  const auto weight = weights.at(name + ".weight", {-1, std::accumulate(channels.begin(), channels.end(), int64_t(0)), 1, 1});
  const auto bias = weights.at(name + ".bias", {weight.size(0)});
  int64_t first = 0;
  for (std::size_t k = 0; k < channels.size(); ++k) {
    const auto part = fmt::format("{}_of_{}", name, k);
    weights.tensors[part + ".weight"] = weight.narrow(1, first, channels[k]).contiguous();
    weights.tensors[part + ".bias"] = k == 0 ? bias : at::zeros_like(bias);
    first += channels[k];
  }
  weights.tensors.erase(name + ".weight");
  weights.tensors.erase(name + ".bias");
}

}  // namespace

RdnImpl::RdnImpl(const RdnConfig& c) : config(c) {
  const auto add = [&](const std::string& name, int64_t in, int64_t out, int64_t kernel, std::optional<double> slope = {}) {
    return register_module(name, nn::RectifiedConv2d(in, out, kernel, slope));
  };
  const int64_t f = c.features;
  shallow_ = add("F_m1", 3, f, 3);
  first_ = add("F_0", f, f, 3);
  for (int64_t d = 1; d <= c.blocks; ++d) {
    Block block;
    for (int64_t k = 1; k <= c.convolutions; ++k)
      block.grow.push_back(add(fmt::format("F_{}_{}", d, k), f + (k - 1) * c.growth, c.growth, 3, 0));
    for (int64_t k = 0; k <= c.convolutions; ++k)
      block.fuse.push_back(add(fmt::format("LFF_{}_of_{}", d, k), k == 0 ? f : c.growth, f, 1));
    blocks_.push_back(std::move(block));
    fuse_.push_back(add(fmt::format("GFF_1_of_{}", d - 1), f, f, 1));
  }
  fuse2_ = add("GFF_2", f, f, 3);
  up1_ = add("UPN1", f, kUpWide, 5, 0);
  up2_ = add("UPN2", kUpWide, kUpNarrow, 3, 0);
  up3_ = add("UPN3", kUpNarrow, 3 * c.scale * c.scale, 3);
  last_ = add("SR", 3 * c.scale * c.scale, 3 * c.scale * c.scale, 3);
}

at::Tensor RdnImpl::forward(const at::Tensor& x) {
  const auto shallow = shallow_->forward(x);
  auto y = first_->forward(shallow);
  at::Tensor fused;
  for (std::size_t d = 0; d < blocks_.size(); ++d) {
    auto& block = blocks_[d];
    auto sum = block.fuse[0]->forward(y, y), dense = y;
    for (std::size_t k = 0; k < block.grow.size(); ++k) {
      const auto grown = block.grow[k]->forward(dense);
      sum = block.fuse[k + 1]->add_to(sum, grown);
      if (k + 1 < block.grow.size()) dense = at::cat({dense, grown}, 1);
    }
    y = sum;
    fused = d == 0 ? fuse_[d]->forward(y) : fuse_[d]->add_to(fused, y);
  }
  y = fuse2_->forward(fused, shallow);
  return at::pixel_shuffle(last_->forward(up3_->forward(up2_->forward(up1_->forward(y))), {}, true), config.scale);
}

bool is_rdn(const StateDict& weights) {
  for (const char* name : {"F_m1/kernel", "F_0/kernel", "GFF_1/kernel", "UPN3/kernel", "SR/kernel"})
    if (!weights.contains(name)) return false;
  return true;
}

Rdn make_rdn(const StateDict& weights) {
  auto renamed = from_tfjs_layers(weights);
  RdnConfig config;
  config.features = renamed.at("F_0.weight", {-1, -1, 3, 3}).size(0);
  config.growth = renamed.at("F_1_1.weight", {-1, config.features, 3, 3}).size(0);
  for (config.blocks = 1; renamed.contains(fmt::format("F_{}_1.weight", config.blocks + 1));) ++config.blocks;
  for (config.convolutions = 1; renamed.contains(fmt::format("F_1_{}.weight", config.convolutions + 1));) ++config.convolutions;
  config.scale = std::lround(std::sqrt(double(renamed.at("UPN3.weight", {-1, -1, 3, 3}).size(0)) / 3));
  std::vector<int64_t> parts(std::size_t(config.convolutions) + 1, config.growth);
  parts.front() = config.features;
  for (int64_t d = 1; d <= config.blocks; ++d) split(renamed, fmt::format("LFF_{}", d), parts);
  split(renamed, "GFF_1", std::vector<int64_t>(std::size_t(config.blocks), config.features));
  renamed.tensors["SR.weight"] =
      before_repeating(renamed.at("SR.weight", {3, 3 * config.scale * config.scale, 3, 3}).to(at::kFloat), config.scale);
  renamed.tensors["SR.bias"] = renamed.at("SR.bias", {3}).repeat_interleave(config.scale * config.scale);
  Rdn network(config);
  nn::fill(*network, renamed, {.dtype = {}, .origin = "the ESRGAN model"});
  network->eval();
  return network;
}

}  // namespace inkstone
