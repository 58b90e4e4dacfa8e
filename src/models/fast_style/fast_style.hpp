// Feed-forward style networks (Johnson, Alahi and Fei-Fei, "Perceptual losses for real-time style transfer", ECCV 2016, with the
// instance normalisation of Ulyanov et al. 2016): two strided convolutions down, residual blocks, two enlarging convolutions up.
// One network for the two published forms, lengstrom's in TensorFlow and PyTorch's example, and for those trained here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <torch/nn.h>

#include "nn/picture_convolution.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

struct FastStyleConfig {
  std::vector<int64_t> widths = {16, 32, 64};  // channels at full, half and quarter size
  int64_t blocks = 5;                          // residual blocks at quarter size
  bool tensorflow =
      false;  // zero borders and transposed convolutions of TensorFlow's SAME, for mirrored borders and doubled pixels
  bool bias = true;
  bool norm_last = false;  // after the last convolution too
  double eps = 1e-5;
  double input_scale = 1;                                    // what [0,1] becomes before the first convolution
  enum class Output { tanh, pixels } output = Output::tanh;  // 150 tanh(y) + 127.5, or y itself; of 255
};

// Parameters under the names of PyTorch's example: conv1..3, res<i>.conv1|2, deconv1..3 (each .conv2d.weight [O,I,k,k], .bias),
// in1..5, res<i>.in1|2 (.weight, .bias), and in6 with norm_last.
class FastStyleImpl : public torch::nn::Module {
 public:
  explicit FastStyleImpl(const FastStyleConfig& config);

  // rgb [N,3,H,W] in [0,1], sides multiples of 4 and at least 16 -> the same shape, about [0,1]. With gradients through
  // libtorch's operators, without them on packed weights in this dtype (float32 or bfloat16).
  at::Tensor forward(const at::Tensor& rgb, at::ScalarType dtype = at::kFloat);

  // For tiles of one picture (nn/picture_convolution.hpp).
  void set_recall(nn::Recall recall);
  const FastStyleConfig& config() const { return config_; }

 private:
  nn::PictureConvolutionOptions common_options() const;
  nn::PictureConvolution& add(const std::string& conv, const std::string& norm, nn::PictureConvolutionOptions options,
                              torch::nn::Module& at);
  void add_block(int64_t number);
  at::Tensor through_operators(const at::Tensor& rgb);
  at::Tensor through_packed(const at::Tensor& rgb, at::ScalarType dtype);
  at::Tensor finished(const at::Tensor& y) const;

  FastStyleConfig config_;
  std::vector<std::unique_ptr<nn::PictureConvolution>> layers_;  // in the order in which they run
};
TORCH_MODULE(FastStyle);

// The network that weights hold, filled: lengstrom's (Variable, Variable_1, ... in the order in which they were made), PyTorch's
// example (conv1.conv2d.weight, ...), or one trained here. Throws corrupt_file, naming the tensor that is missing or misshapen.
FastStyle make_fast_style(const StateDict& weights);

// True for any of the three.
bool is_fast_style(const StateDict& weights);

}  // namespace inkstone
