// The synthesis network: a learned constant that stages of modulated convolutions turn into a picture, each layer by its own copy
// of the style w, with a grain of noise per pixel (Karras et al. 2019, 2020).
#pragma once

#include <functional>
#include <vector>

#include <torch/nn.h>

#include "models/stylegan/config.hpp"
#include "models/stylegan/layers.hpp"

namespace inkstone::stylegan {

// The noise of one layer: float32 [N,1,height,width], standard normal. Empty: each layer's own fixed grain, so that a style
// always paints the same picture.
using Grain = std::function<at::Tensor(int64_t height, int64_t width)>;
Grain no_grain();

struct SynthesisCall {
  Grain grain = {};
  bool fused = false;  // see Modulation
};

// affine, weight, bias, noise_const [H,W], noise_strength.
class StyledConvolutionImpl : public torch::nn::Module {
 public:
  StyledConvolutionImpl(const Config& config, int64_t in, int64_t level, bool up);
  // x [N,I,...], w [N,style] -> [N,O,H,W]; gain as in EqualConvolution.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& w, const SynthesisCall& call, double gain = 1);

  EqualLinear affine;
  at::Tensor weight, bias, noise_const, noise_strength;

 private:
  at::Tensor noise(const SynthesisCall& call) const;

  bool up_;
  double clamp_;
  nn::Taps filter_;
};
TORCH_MODULE(StyledConvolution);

// Features to a picture: affine, weight [channels,I,1,1], bias.
class ToPictureImpl : public torch::nn::Module {
 public:
  ToPictureImpl(const Config& config, int64_t in);
  at::Tensor forward(const at::Tensor& x, const at::Tensor& w, const SynthesisCall& call);

  EqualLinear affine;
  at::Tensor weight, bias;

 private:
  double clamp_;
};
TORCH_MODULE(ToPicture);

// const (at the base), conv0 (above it), conv1, torgb, skip.
class SynthesisBlockImpl : public torch::nn::Module {
 public:
  SynthesisBlockImpl(const Config& config, int64_t level);

  struct State {
    at::Tensor features, picture;
  };
  // styles: one per convolution, then the picture's.
  State forward(State state, const std::vector<at::Tensor>& styles, const SynthesisCall& call);
  int64_t convolutions() const { return conv0_.is_empty() ? 1 : 2; }

 private:
  at::Tensor features(const at::Tensor& x, const std::vector<at::Tensor>& styles, const SynthesisCall& call);

  Architecture architecture_;
  nn::Taps filter_;
  at::Tensor const_;
  StyledConvolution conv0_ = nullptr, conv1_ = nullptr;
  ToPicture torgb_ = nullptr;
  EqualConvolution skip_ = nullptr;
};
TORCH_MODULE(SynthesisBlock);

// b4, b8, ...
class SynthesisImpl : public torch::nn::Module {
 public:
  explicit SynthesisImpl(const Config& config);
  // ws [N, Config::styles(), style] -> [N,C,H,W], about [-1,1], not cut.
  at::Tensor forward(const at::Tensor& ws, const SynthesisCall& call);

 private:
  std::vector<SynthesisBlock> blocks_;
};
TORCH_MODULE(Synthesis);

}  // namespace inkstone::stylegan
