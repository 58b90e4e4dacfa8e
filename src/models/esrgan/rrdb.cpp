#include "models/esrgan/rrdb.hpp"

#include <array>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "nn/fill.hpp"

namespace inkstone {
namespace {

constexpr double kResidualScale = 0.2;
constexpr int kDenseConvolutions = 5, kDenseBlocks = 3;

// tf.nn.depth_to_space: the channel of the pixel (a, b) of a cell is (a s + b) C + c, where torch has c s s + a s + b.
at::Tensor depth_to_space(const at::Tensor& x, int64_t scale) {
  const int64_t channels = x.size(1) / (scale * scale);
  const auto cells = x.view({x.size(0), scale, scale, channels, x.size(2), x.size(3)});
  return cells.permute({0, 3, 4, 1, 5, 2}).reshape({x.size(0), channels, x.size(2) * scale, x.size(3) * scale});
}

}  // namespace

// x + 0.2 conv5(...), every convolution seeing all before it.
class RrdbNetImpl::DenseBlock : public torch::nn::Module {
 public:
  explicit DenseBlock(const RrdbConfig& c) {
    for (int k = 0; k < kDenseConvolutions; ++k) {
      const bool last = k + 1 == kDenseConvolutions;
      const nn::RectifiedConv2d convolution(c.features + k * c.growth, last ? c.features : c.growth, 3,
                                            last ? std::nullopt : std::optional(c.slope));
      convolutions_[k] = register_module(fmt::format("conv{}", k + 1), convolution);
    }
  }

  at::Tensor forward(const at::Tensor& x) {
    auto dense = x;
    for (int k = 0; k + 1 < kDenseConvolutions; ++k) dense = at::cat({dense, convolutions_[k]->forward(dense)}, 1);
    return at::add(x, convolutions_[kDenseConvolutions - 1]->forward(dense), kResidualScale);
  }

 private:
  std::array<nn::RectifiedConv2d, kDenseConvolutions> convolutions_{nullptr, nullptr, nullptr, nullptr, nullptr};
};

RrdbNetImpl::RrdbNetImpl(const RrdbConfig& c) : config(c) {
  const auto add = [&](const std::string& name, int64_t in, int64_t out, std::optional<double> slope = {}) {
    return register_module(name, nn::RectifiedConv2d(in, out, 3, slope));
  };
  first_ = add("conv_first", 3 * c.unshuffle * c.unshuffle, c.features);
  const auto body = register_module("body", std::make_shared<torch::nn::Module>("body"));
  for (int64_t b = 0; b < c.blocks; ++b) {
    const auto block = body->register_module(std::to_string(b), std::make_shared<torch::nn::Module>("RRDB"));
    auto& dense = body_.emplace_back();
    for (int k = 1; k <= kDenseBlocks; ++k)
      dense.push_back(block->register_module(fmt::format("rdb{}", k), std::make_shared<DenseBlock>(c)));
  }
  after_ = add("conv_body", c.features, c.features);
  if (c.subpixel > 0) {
    up_.push_back(add("conv_up", c.features, 3 * c.subpixel * c.subpixel));
    last_ = add("conv_last", 3, 3);
    return;
  }
  for (int64_t k = 1; k <= c.enlargements; ++k) up_.push_back(add(fmt::format("conv_up{}", k), c.features, c.features, c.slope));
  high_ = add("conv_hr", c.features, c.features, c.slope);
  last_ = add("conv_last", c.features, 3);
}

at::Tensor RrdbNetImpl::enlarged(at::Tensor y) {
  if (config.subpixel > 0) return depth_to_space(up_[0]->forward(y), config.subpixel);
  for (auto& up : up_) y = up->forward(at::upsample_nearest2d(y, {y.size(2) * 2, y.size(3) * 2}));
  return high_->forward(y);
}

at::Tensor RrdbNetImpl::forward(const at::Tensor& x) {
  const auto shallow = first_->forward(config.unshuffle > 1 ? at::pixel_unshuffle(x, config.unshuffle) : x);
  auto y = shallow;
  for (auto& block : body_) {
    const auto into = y;
    for (auto& dense : block) y = dense->forward(y);
    y = at::add(into, y, kResidualScale);
  }
  return last_->forward(enlarged(after_->forward(y, shallow)), {}, true);
}

RrdbNet make_rrdb(const StateDict& weights) {
  const auto canonical = canonical_rrdb(weights);
  RrdbNet network(canonical.config);
  nn::fill(*network, canonical.weights, {.dtype = at::kFloat, .origin = "the ESRGAN model"});
  network->eval();
  return network;
}

}  // namespace inkstone
