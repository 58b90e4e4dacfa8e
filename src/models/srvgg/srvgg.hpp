// SRVGGNetCompact, the compact network of Real-ESRGAN (Wang, Xie, Dong and Shan, ICCVW 2021; its realesr-general and
// realesr-animevideo models), under its parameter names: 3x3 convolutions at the input's resolution, whose result is shuffled
// into pixels (Shi et al., CVPR 2016) and added to the enlarged input. It enlarges at scale 2 to 4 and restores at scale 1;
// Inkstone's own networks (families/enhancer) are of this kind too. One module both trains and runs: without gradients its
// convolutions are packed.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <torch/nn.h>

#include "kernels/general_convolution.hpp"

namespace inkstone {

struct SrvggConfig {
  int64_t features = 64;
  int64_t convolutions = 16;  // in the body; one before it and one after it come on top
  int64_t scale = 4;
  int64_t unshuffle =
      1;  // the input's pixels are first gathered into channels, so many a side: a wider view for a quarter of the work
  std::string activation = "prelu";  // prelu, leaky-relu (slope 0.1) or relu
  std::string base = "nearest";      // how the input is enlarged before the correction is added: nearest or bicubic
};

class SrvggNetImpl : public torch::nn::Module {
 public:
  explicit SrvggNetImpl(const SrvggConfig& config);

  // x [N,3,H,W] RGB in [0,1], float32, sides multiples of unshuffle -> [N,3,scale H,scale W] float32, not clamped. Under
  // autocast, or with arithmetic bfloat16 where no gradient is wanted, the convolutions run in bfloat16.
  at::Tensor forward(const at::Tensor& x, at::ScalarType arithmetic = at::kFloat);

  const SrvggConfig config;

 private:
  // A convolution with what its packed form was made from, so that weights which trained on are packed anew.
  struct Layer {
    torch::nn::Conv2d convolution{nullptr};
    std::unique_ptr<kernels::GeneralConvolution> packed = nullptr;
    std::pair<const void*, uint32_t> packed_from = {};
  };

  at::Tensor trainable(const at::Tensor& x, std::size_t place);
  at::Tensor packed(const at::Tensor& x, std::size_t place);

  std::vector<Layer> layers_;
  std::vector<at::Tensor> slopes_;  // of prelu, [features] each
};
TORCH_MODULE(SrvggNet);

}  // namespace inkstone
