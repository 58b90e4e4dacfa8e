#include "models/esrgan/rdn.hpp"

#include <cmath>

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
    block.fuse = add(fmt::format("LFF_{}", d), f + c.convolutions * c.growth, f, 1);
    blocks_.push_back(std::move(block));
  }
  fuse1_ = add("GFF_1", c.blocks * f, f, 1);
  fuse2_ = add("GFF_2", f, f, 3);
  up1_ = add("UPN1", f, kUpWide, 5, 0);
  up2_ = add("UPN2", kUpWide, kUpNarrow, 3, 0);
  up3_ = add("UPN3", kUpNarrow, 3 * c.scale * c.scale, 3);
  last_ = add("SR", 3 * c.scale * c.scale, 3 * c.scale * c.scale, 3);
}

at::Tensor RdnImpl::forward(const at::Tensor& x) {
  const auto shallow = shallow_->forward(x);
  auto y = first_->forward(shallow);
  std::vector<at::Tensor> fused;
  for (auto& block : blocks_) {
    auto dense = y;
    for (auto& grow : block.grow) dense = at::cat({dense, grow->forward(dense)}, 1);
    y = block.fuse->forward(dense, y);
    fused.push_back(y);
  }
  y = fuse2_->forward(fuse1_->forward(at::cat(fused, 1)), shallow);
  fused.clear();
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
  renamed.tensors["SR.weight"] =
      before_repeating(renamed.at("SR.weight", {3, 3 * config.scale * config.scale, 3, 3}).to(at::kFloat), config.scale);
  renamed.tensors["SR.bias"] = renamed.at("SR.bias", {3}).repeat_interleave(config.scale * config.scale);
  Rdn network(config);
  nn::fill(*network, renamed, {.dtype = {}, .origin = "the ESRGAN model"});
  network->eval();
  return network;
}

}  // namespace inkstone
