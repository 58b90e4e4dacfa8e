// Networks and layers whose weights no longer train: a guard that keeps a network out of gradients, and the layers of networks
// that only run. These are built without spending time or memory on starting weights (nn/fill.hpp gives them a file's), and
// their forward is the one seam behind which packed weights and fused kernels stand; where a gradient is wanted (adapters,
// embeddings, fine-tuning), libtorch's own operators stand in for these.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <torch/nn.h>

#include "kernels/eight_bit.hpp"
#include "kernels/packed.hpp"
#include "nn/low_rank.hpp"

namespace inkstone::nn {

// A network whose parameters take no part in gradients while in scope: what lies before it still gets its own.
class Frozen {
 public:
  explicit Frozen(torch::nn::Module& network) {
    for (auto& parameter : network.parameters())
      if (parameter.requires_grad()) thawed_.push_back(parameter.requires_grad_(false));
  }
  ~Frozen() {
    for (auto& parameter : thawed_) parameter.requires_grad_(true);
  }
  Frozen(const Frozen&) = delete;
  Frozen& operator=(const Frozen&) = delete;

 private:
  std::vector<at::Tensor> thawed_;
};

// Of the shape, float32, without memory of its own: a parameter until it is filled. Must not be written to; set_data replaces it.
at::Tensor placeholder(at::IntArrayRef shape);

// The tensor in this dtype; itself where it already is, undefined where it is undefined.
at::Tensor in_dtype(const at::Tensor& tensor, at::ScalarType dtype);

// Frees the packed weights of all frozen layers of the network. The next forward packs anew: for networks that run once in a
// while.
void forget_packed(torch::nn::Module& network);

// Frees them at either end of its scope: what has trained since is packed anew, and not kept when training goes on.
class FreshlyPacked {
 public:
  explicit FreshlyPacked(torch::nn::Module& network) : network_(network) { forget_packed(network_); }
  ~FreshlyPacked() { forget_packed(network_); }
  FreshlyPacked(const FreshlyPacked&) = delete;
  FreshlyPacked& operator=(const FreshlyPacked&) = delete;

 private:
  torch::nn::Module& network_;
};

// Lets go of the weights of all frozen linear layers and convolutions of the network, the small ones aside, and keeps them in
// eight bits (kernels/eight_bit.hpp): half the memory of bfloat16 for the work of packing them at every forward. Their `weight`
// is a placeholder from then on.
void keep_in_eight_bits(torch::nn::Module& network);

// [..., I] -> [..., O] in the dtype of x, whatever the dtype of the weights. weight [O,I], bias [O] or undefined. Packed anew
// where the weight has become another tensor.
class FrozenLinearImpl : public torch::nn::Module {
 public:
  FrozenLinearImpl(int64_t in, int64_t out, bool bias = true);
  // residual, of the shape of the result, is added to it.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& residual = {});

  void forget_packed();
  void keep_in_eight_bits();

  at::Tensor weight, bias;
  LowRank low_rank{nullptr};  // is added where there is one; of somebody else's keeping, no part of this module's parameters

 private:
  at::Tensor unadapted(const at::Tensor& x, const at::Tensor& residual);

  std::optional<kernels::EightBitWeight> eight_bits_;
  std::unique_ptr<kernels::PackedLinear> packed_;
  const void* packed_from_ = nullptr;
};
TORCH_MODULE(FrozenLinear);

// What lies beyond the edges of a picture, for each direction: nothing (zeros), or its other side, so that results tile.
struct Wrapping {
  bool x = false, y = false;
  bool operator==(const Wrapping&) const = default;
};

// [N,C,H,W] with `before` rows and columns more at the top and left and `after` more at the bottom and right.
at::Tensor padded(const at::Tensor& x, int64_t before, int64_t after, Wrapping wrapping);

// [N,I,H,W] -> [N,O,(H + 2 padding - kernel) / stride + 1, ...] in the dtype of x, channels-last if x is. weight [O,I,k,k], bias
// [O] or undefined.
class FrozenConv2dImpl : public torch::nn::Module {
 public:
  FrozenConv2dImpl(int64_t in, int64_t out, int64_t kernel = 3, int64_t stride = 1, int64_t padding = 1, bool bias = true);
  // residual, of the shape of the result, is added to it.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& residual = {});

  void forget_packed();
  void keep_in_eight_bits();

  at::Tensor weight, bias;
  Wrapping wrapping;  // of the padding; may change between calls

 private:
  int64_t stride_, padding_;
  std::optional<kernels::EightBitWeight> eight_bits_;
  std::unique_ptr<kernels::PackedConvolution> packed_;
  const void* packed_from_ = nullptr;
  int64_t packed_padding_ = 0;
};
TORCH_MODULE(FrozenConv2d);

// For every convolution of the network.
void wrap(torch::nn::Module& network, Wrapping wrapping);

// weight, bias: float32 [C], named as torch.nn.GroupNorm's. Statistics in float32 for every dtype of x.
class FrozenGroupNormImpl : public torch::nn::Module {
 public:
  // Throws bad_argument unless the groups divide the channels.
  FrozenGroupNormImpl(int64_t groups, int64_t channels, double eps = 1e-5);
  // x [N,C,H,W] -> the same shape and dtype, channels-last on the CPU.
  at::Tensor forward(const at::Tensor& x);
  // silu(norm(x + shift)): shift [N,C] of any float dtype, or undefined.
  at::Tensor silu(const at::Tensor& x, const at::Tensor& shift = {});

  at::Tensor weight, bias;

 private:
  at::Tensor run(const at::Tensor& x, const at::Tensor& shift, bool silu) const;

  int64_t groups_;
  double eps_;
};
TORCH_MODULE(FrozenGroupNorm);

// Over the last dimension; weight, bias float32 [C]. Dtype of x.
class FrozenLayerNormImpl : public torch::nn::Module {
 public:
  explicit FrozenLayerNormImpl(int64_t width, double eps = 1e-5);
  at::Tensor forward(const at::Tensor& x);

  at::Tensor weight, bias;

 private:
  double eps_;
};
TORCH_MODULE(FrozenLayerNorm);

}  // namespace inkstone::nn
