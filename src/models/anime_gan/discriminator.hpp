// The discriminator of AnimeGANv2 and CartoonGAN (Chen, Lai and Liu, CVPR 2018, figure 2): it judges patches, not pictures,
// because what makes a drawing are clear edges and smooth shading, everywhere.
#pragma once

#include <string>
#include <vector>

#include <torch/nn.h>

#include "nn/convolution.hpp"
#include "nn/group_norm.hpp"

namespace inkstone {

struct CartoonDiscriminatorConfig {
  int64_t width = 64;  // channels after the first halving; half as many before, twice as many with every further one
  int64_t halvings = 2;
  bool spectral = true;
  std::string norm = "layer";  // or "instance"
};

// Parameters under the names of AnimeGANv2's code: conv_0, conv_s2_<i>, conv_s1_<i>, norm_<i>, last_conv, last_norm, D_logit.
class CartoonDiscriminatorImpl : public torch::nn::Module {
 public:
  explicit CartoonDiscriminatorImpl(const CartoonDiscriminatorConfig& config);

  // x [N,3,H,W] in [-1,1] -> [N,1,H/4,W/4] at two halvings: how much of a drawing there is around each place.
  at::Tensor forward(const at::Tensor& x);

 private:
  struct Stage {
    nn::Convolution conv = nullptr;
    nn::GroupNorm norm = nullptr;  // null: none
  };
  at::Tensor normed(nn::GroupNorm& norm, const at::Tensor& x);
  void add(const std::string& name, int64_t in, int64_t out, int64_t stride, const std::string& norm);

  CartoonDiscriminatorConfig config_;
  std::vector<Stage> stages_;
  nn::Convolution logit_ = nullptr;
};
TORCH_MODULE(CartoonDiscriminator);

}  // namespace inkstone
