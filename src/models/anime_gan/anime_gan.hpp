// The generator of AnimeGANv2 (Chen, Liu and Chen, "AnimeGAN: a novel lightweight GAN for photo animation", ISICA 2019, and the
// second version of github.com/TachibanaYoshino/AnimeGANv2): photographs as frames of an animated film. Two strided convolutions
// down, inverted residual blocks (Sandler et al., CVPR 2018), two enlargements up; every norm is over the whole picture with all
// its channels.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <torch/nn.h>

#include "nn/group_norm.hpp"
#include "nn/picture_convolution.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

struct AnimeGanConfig {
  int64_t width = 32;  // channels at full size; twice and four times as many at half and quarter, eight times between the blocks
  // How pictures are enlarged: by TensorFlow 1's interpolation, which puts every other pixel where one was, or corner on corner
  // as the port to PyTorch does.
  enum class Enlargement { tensorflow, corners } enlargement = Enlargement::tensorflow;
  double eps = 1e-12;  // of TensorFlow's layer norm; the port has 1e-5
};

// Convolution with mirrored border, layer norm, leaky ReLU of 0.2. Children "1" (weight [O,I/groups,k,k], bias where depthwise)
// and "2".
class AnimeLayerImpl : public torch::nn::Module {
 public:
  struct Options {
    int64_t in = 0, out = 0, kernel = 3, stride = 1;
    bool depthwise = false;
    double eps = 1e-12;
  };
  explicit AnimeLayerImpl(const Options& options);
  at::Tensor forward(const at::Tensor& x);
  void set_recall(nn::Recall recall);

 private:
  Options options_;
  torch::nn::Conv2d conv_ = nullptr;
  nn::GroupNorm norm_ = nullptr;
  nn::Recall recall_ = nn::Recall::off;
  at::Tensor kept_mean_, kept_scale_;
};
TORCH_MODULE(AnimeLayer);

// Wide in the middle: expansion by 1x1, depthwise 3x3, back by 1x1 without a rectifier; added to its input where the widths
// agree.
class InvertedResidualImpl : public torch::nn::Module {
 public:
  InvertedResidualImpl(int64_t in, int64_t out, double eps);
  at::Tensor forward(const at::Tensor& x);
  void set_recall(nn::Recall recall);

 private:
  AnimeLayer expand_ = nullptr, depthwise_ = nullptr;
  torch::nn::Conv2d project_ = nullptr;
  nn::GroupNorm norm_ = nullptr;
  bool adds_ = false;
  double eps_ = 0;
  nn::Recall recall_ = nn::Recall::off;
  at::Tensor kept_mean_, kept_scale_;
};
TORCH_MODULE(InvertedResidual);

// Parameters under the names of the port to PyTorch (bryandlee/animegan2-pytorch): block_a.0 ... block_e.2,
// block_c.<1..4>.layers.<0..3>, out_layer.0.
class AnimeGanImpl : public torch::nn::Module {
 public:
  explicit AnimeGanImpl(const AnimeGanConfig& config);

  // rgb [N,3,H,W] in [0,1], sides multiples of 4 and at least 16 -> the same shape, in [0,1]. dtype: of the convolutions, where
  // no gradient is asked for (float32 or bfloat16).
  at::Tensor forward(const at::Tensor& rgb, at::ScalarType dtype = at::kFloat);

  // For tiles of one picture (nn/picture_convolution.hpp).
  void set_recall(nn::Recall recall);
  const AnimeGanConfig& config() const { return config_; }

 private:
  AnimeLayer layer(const std::string& block, const AnimeLayerImpl::Options& options);
  at::Tensor enlarged(const at::Tensor& x) const;

  AnimeGanConfig config_;
  std::vector<AnimeLayer> down_, up_half_, up_full_;  // blocks a, b and the first of c; d; e
  std::vector<InvertedResidual> residuals_;           // within c
  AnimeLayer narrow_ = nullptr;                       // the last of c
  torch::nn::Conv2d out_ = nullptr;
};
TORCH_MODULE(AnimeGan);

// The generator that weights hold, filled: a published TensorFlow checkpoint (generator/G_MODEL/A/Conv/weights, ...), the port to
// PyTorch (block_a.0.1.weight, ...), or one trained here. Throws corrupt_file, naming the tensor that is missing or misshapen.
AnimeGan make_anime_gan(const StateDict& weights);
bool is_anime_gan(const StateDict& weights);

}  // namespace inkstone
