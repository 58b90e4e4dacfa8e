// One layer of a network that turns a picture into a picture: perhaps enlarged, border, convolution, instance norm, rectifier,
// residual. One set of weights runs in two ways: forward() out of libtorch's operators, which trains, and run() on packed weights
// with everything after the convolution in one sweep, where enlarging and the last layer's few channels are folded into better
// shaped convolutions.
#pragma once

#include <memory>
#include <optional>

#include <torch/nn.h>

#include "kernels/packed.hpp"
#include "kernels/picture_sweep.hpp"

namespace inkstone::nn {

// What happens before the convolution: nothing; every pixel twice in both directions (stride 1, kernel 3); or the convolution is
// the transposed one of stride 2 (kernel 3): PyTorch's with padding 1 and output padding 1, or TensorFlow's SAME.
enum class Enlarge { none, nearest, transposed };

struct PictureConvolutionOptions {
  int64_t in = 0, out = 0;
  int64_t kernel = 3, stride = 1;
  int64_t groups = 1;
  kernels::Edge edge = kernels::Edge::mirror;  // k/2 pixels of it on each side, or
  bool tensorflow = false;                     // as SAME lays them: at stride 2 one less before the picture
  Enlarge enlarge = Enlarge::none;
  bool bias = true;
  bool norm = true;
  double eps = 1e-5;
  bool relu = true;
};

// Gamma and beta of an instance norm, named as torch.nn.InstanceNorm2d(affine=True) names them.
class ScaleShiftImpl : public torch::nn::Module {
 public:
  explicit ScaleShiftImpl(int64_t channels);
  at::Tensor weight, bias;  // [C]
};
TORCH_MODULE(ScaleShift);

// Keeps the moments of one picture and uses them for others, so that tiles of a picture are painted alike.
enum class Recall { off, keep, use };

// The layer; no module, so that its parts stand in a network under whatever names its files have.
class PictureConvolution {
 public:
  explicit PictureConvolution(PictureConvolutionOptions options);

  const torch::nn::Conv2d& conv() const { return conv_; }  // weight [O,I,k,k], for every kind
  const ScaleShift& norm() const { return norm_; }         // null without norm
  const PictureConvolutionOptions& options() const { return options_; }

  // x [N,I,H,W] -> [N,O,H',W'], H' = 2 H enlarged, else H / stride; sides are even where stride is 2. Differentiable.
  at::Tensor forward(const at::Tensor& x);

  // The border that run() wants around its input of these sides.
  kernels::Frame wanted() const;
  // The same as forward(), plus the residual, with a border for what comes next; in the dtype of x. No gradients.
  kernels::PictureView run(const kernels::PictureView& x, kernels::Frame frame, const kernels::PictureView& residual = {});

  void set_recall(Recall recall);

 private:
  at::Tensor bordered(const at::Tensor& x) const;
  at::Tensor transposed(const at::Tensor& x) const;
  void pack();
  bool in_blocks() const { return options_.out * 4 <= 16 && options_.stride == 1 && options_.enlarge == Enlarge::none; }
  kernels::PictureMoments moments(const kernels::PictureView& y);

  PictureConvolutionOptions options_;
  torch::nn::Conv2d conv_ = nullptr;
  ScaleShift norm_ = nullptr;
  std::unique_ptr<kernels::PackedConvolution> packed_;
  const void* packed_from_ = nullptr;
  int64_t packed_version_ = -1;
  Recall recall_ = Recall::off;
  std::optional<kernels::PictureMoments> kept_;
};

// float32 RGB [N,3,H,W] as the first layer's input: (x scale + shift) in this dtype, with the border.
kernels::PictureView framed(const at::Tensor& x, double scale, double shift, at::ScalarType dtype, kernels::Frame frame);

// The picture in a view as float32 [N,C,H,W].
at::Tensor plain(const kernels::PictureView& view);

}  // namespace inkstone::nn
