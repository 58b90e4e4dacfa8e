// RRDBNet, the generator of ESRGAN (Wang et al., ECCVW 2018) and Real-ESRGAN (Wang, Xie, Dong and Shan, ICCVW 2021):
// residual-in-residual dense blocks without normalisation. Published under three sets of names (ESRGAN before and after its
// rewrite, BasicSR), all read; and, with ReLU and a sub-pixel tail, as the thick model of upscaler.js. Parameters carry BasicSR's
// names.
#pragma once

#include <string>
#include <vector>

#include <torch/nn.h>

#include "nn/rectified_convolution.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

struct RrdbConfig {
  int64_t features = 64, growth = 32, blocks = 23;
  int64_t unshuffle = 1;     // the input's pixels are first gathered into channels, so many a side (Real-ESRGAN below scale 4)
  int64_t enlargements = 2;  // conv_up1, ...: pixels twice in both directions, then a convolution
  int64_t subpixel =
      0;  // in place of all these: scale of one convolution whose channels become pixels, TensorFlow's order (depth to space)
  double slope = 0.2;  // of the rectifiers

  int64_t scale() const { return subpixel > 0 ? subpixel : (int64_t(1) << enlargements) / unshuffle; }
};

class RrdbNetImpl : public torch::nn::Module {
 public:
  explicit RrdbNetImpl(const RrdbConfig& config);

  // x [N,3,H,W] RGB in [0,1], in the dtype of the arithmetic, sides multiples of unshuffle -> float32 [N,3,scale H,scale W], not
  // clamped.
  at::Tensor forward(const at::Tensor& x);

  const RrdbConfig config;

 private:
  class DenseBlock;
  at::Tensor enlarged(at::Tensor y);

  std::vector<std::vector<std::shared_ptr<DenseBlock>>> body_;  // three dense blocks in each
  nn::RectifiedConv2d first_{nullptr}, after_{nullptr}, high_{nullptr}, last_{nullptr};
  std::vector<nn::RectifiedConv2d> up_;
};
TORCH_MODULE(RrdbNet);

// Names and shapes of any of the four layouts.
bool is_rrdb(const StateDict& weights);
// Throws corrupt_file where tensors are missing or of another shape.
RrdbNet make_rrdb(const StateDict& weights);

// The layouts as one: BasicSR's names, and what the shapes say.
struct RrdbWeights {
  RrdbConfig config;
  StateDict weights;
};
RrdbWeights canonical_rrdb(const StateDict& weights);

}  // namespace inkstone
