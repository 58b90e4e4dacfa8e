// The generator of CartoonGAN (Chen, Lai and Liu, "CartoonGAN: generative adversarial networks for photo cartoonization", CVPR
// 2018): photographs as one animator would draw them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <torch/nn.h>

#include "nn/picture_convolution.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

struct CartoonGanConfig {
  int64_t width = 64;  // channels at full size; twice and four times as many at half and quarter
  int64_t blocks = 8;  // residual blocks at quarter size
};

// Parameters: conv01_1, conv<ii>_1|2, deconv01_1|2, deconv02_1|2, deconv03_1 (.weight [O,I,k,k], .bias) and in<ii>_1|2 (.weight,
// .bias).
class CartoonGanImpl : public torch::nn::Module {
 public:
  explicit CartoonGanImpl(const CartoonGanConfig& config);

  // rgb [N,3,H,W] in [0,1], sides multiples of 4 and at least 16 -> the same shape, in [0,1]. Gradients and dtype as of
  // FastStyle.
  at::Tensor forward(const at::Tensor& rgb, at::ScalarType dtype = at::kFloat);
  void set_recall(nn::Recall recall);
  const CartoonGanConfig& config() const { return config_; }

 private:
  void add(const std::string& conv, const std::string& norm, nn::PictureConvolutionOptions options);
  void add_block(int64_t number);

  CartoonGanConfig config_;
  std::vector<std::unique_ptr<nn::PictureConvolution>> layers_;  // in the order in which they run
};
TORCH_MODULE(CartoonGan);

// weights: those of a TensorFlow.js graph, generator_<style>/conv01_1/kernel and so on, or of a network trained here. Throws
// corrupt_file.
CartoonGan make_cartoon_gan(const StateDict& weights);
bool is_cartoon_gan(const StateDict& weights);

}  // namespace inkstone
