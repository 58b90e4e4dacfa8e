// StyleGAN2's discriminator: stages of convolutions that halve the picture, the deviation within the batch as one more feature at
// the base (Karras et al., ICLR 2018), a score. With classes the score is the product of features with the mapped label. The
// weights of the first layers may be kept (freeze-D, Mo, Cho and Shin 2020).
#pragma once

#include <vector>

#include <torch/nn.h>

#include "models/stylegan/config.hpp"
#include "models/stylegan/mapping.hpp"

namespace inkstone::stylegan {

// Appends `features` maps to x [N,C,H,W]: the deviation over groups of pictures, averaged over the pixels and C / features
// channels. The group is the largest one of at most `group` pictures that divides N; its pictures lie N / group apart.
at::Tensor with_deviation(const at::Tensor& x, int64_t group, int64_t features);

// fromrgb, conv0, conv1, skip.
class DiscriminatorBlockImpl : public torch::nn::Module {
 public:
  // first_layer: its number, counted from the picture; layers below config.frozen_layers do not train.
  DiscriminatorBlockImpl(const Config& config, int64_t level, int64_t first_layer);

  struct State {
    at::Tensor features, picture;
  };
  State forward(State state);
  int64_t layers() const { return layers_; }

 private:
  EqualConvolution layer(const char* name, const Config& config, ConvolutionOptions options);

  Architecture architecture_;
  nn::Taps filter_;
  int64_t first_layer_, layers_ = 0;
  EqualConvolution fromrgb_ = nullptr, conv0_ = nullptr, conv1_ = nullptr, skip_ = nullptr;
};
TORCH_MODULE(DiscriminatorBlock);

// What is done at the base: fromrgb, conv, fc, out.
class DiscriminatorEndImpl : public torch::nn::Module {
 public:
  explicit DiscriminatorEndImpl(const Config& config);
  // label: mapped, [N, features at the base], or undefined -> [N].
  at::Tensor forward(const DiscriminatorBlockImpl::State& state, const at::Tensor& label);

 private:
  int64_t group_, group_features_;
  EqualConvolution fromrgb_ = nullptr, conv_ = nullptr;
  EqualLinear fc_ = nullptr, out_ = nullptr;
};
TORCH_MODULE(DiscriminatorEnd);

// b64, b32, ..., mapping, b4.
class Discriminator : public torch::nn::Module {
 public:
  explicit Discriminator(const Config& config);
  // x [N,C,H,W], labels int64 [N] -> logits [N].
  at::Tensor forward(const at::Tensor& x, const at::Tensor& labels);

 private:
  std::vector<DiscriminatorBlock> blocks_;
  Mapping mapping_ = nullptr;
  DiscriminatorEnd end_ = nullptr;
};

}  // namespace inkstone::stylegan
