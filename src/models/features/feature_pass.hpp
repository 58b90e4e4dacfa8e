// A frozen feature network, forward and backward to the picture. A straight one runs without autograd: convolutions fused with
// their rectifier, weights packed once, only what the backward pass reads is kept. One that branches runs on autograd, in
// float32.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include "kernels/convolution.hpp"
#include "models/features/feature_network.hpp"

namespace inkstone {

enum class Precision { float32, bfloat16 };

class FeaturePass {
 public:
  // taps: indices of the stages whose outputs are wanted, in rising order; nothing beyond the last is computed.
  FeaturePass(const FeatureNetwork& network, std::vector<std::size_t> taps, Pooling pooling, Precision precision);

  // rgb [N,3,H,W] float32 in [0,1] -> the outputs of the taps, channels-last [N,C,h,w] in the pass's precision.
  // They stay valid until the next forward.
  const std::vector<at::Tensor>& forward(const at::Tensor& rgb);

  // Adds d loss / d output of tap k to gradient, which has the output's shape and dtype.
  using AddGradient = std::function<void(std::size_t k, const at::Tensor& output, at::Tensor& gradient)>;
  // d loss / d rgb [N,3,H,W] float32 for the picture of the last forward.
  at::Tensor backward(const AddGradient& add_gradient);

  // For several forwards before the first backward, through a straight network: what the last forward left, given away, and the
  // backward pass from it.
  std::vector<at::Tensor> take_trace() { return std::exchange(outputs_, std::vector<at::Tensor>(outputs_.size())); }
  at::Tensor backward(std::vector<at::Tensor> trace, const AddGradient& add_gradient);
  // The outputs of the last forward's taps, given away likewise.
  std::vector<at::Tensor> take_taps() { return std::exchange(tapped_, {}); }

  const std::vector<std::size_t>& taps() const { return taps_; }

 private:
  at::Tensor run_stage(std::size_t stage, const at::Tensor& x);
  at::Tensor undo_stage(const std::vector<at::Tensor>& trace, std::size_t stage, at::Tensor gradient);
  bool rectified_inside(std::size_t stage) const;
  bool runs_in_float32(std::size_t stage) const;
  const std::vector<at::Tensor>& forward_branching(const at::Tensor& rgb);
  at::Tensor backward_branching(const AddGradient& add_gradient);

  const FeatureNetwork network_;
  std::vector<std::size_t> taps_;
  Pooling pooling_;
  Precision precision_;
  const bool straight_;
  std::vector<kernels::FrozenConvolution> convolutions_;  // one per stage up to the last tap; unused for others
  std::vector<at::Tensor> outputs_;                       // per stage; undefined where fused into the next
  std::vector<at::Tensor> tapped_;
  at::Tensor picture_;              // of a branching network: what gradients are taken with respect to,
  std::vector<at::Tensor> traced_;  // and the taps as autograd knows them
};

}  // namespace inkstone
