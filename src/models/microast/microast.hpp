// MicroAST (Wang, Zhao, Zuo, Li, Chen, Xing and Lu, "MicroAST: towards super-fast ultra-resolution arbitrary style transfer",
// AAAI 2023): any picture in the style of any other. A small encoder sees the photograph, another the painting, whose features
// modulate the decoder twice over: their moments those of its features (AdaIN, Huang and Belongie 2017), and their filtered means
// its filters.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include <ATen/core/Tensor.h>

#include "nn/picture_convolution.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

// What the painting tells the decoder, at the encoder's first output (0) and its second (1). Every tensor is [1,64,1,1].
struct MicroAstStyle {
  struct Signals {
    at::Tensor mean, deviation;  // of the features
    at::Tensor weight, bias;     // of the filters
  };
  std::array<Signals, 2> signals;
};

// The sum of styles times their weights, tensor by tensor.
MicroAstStyle blended(const std::vector<MicroAstStyle>& styles, const std::vector<double>& weights);

class MicroAst {
 public:
  struct Weights {
    StateDict content_encoder, style_encoder, modulator, decoder;
  };
  // Throws corrupt_file, naming the tensor that is missing or misshapen.
  MicroAst(const Weights& weights, at::ScalarType dtype);
  ~MicroAst();

  // painting [1,3,h,w] in [0,1], at least 16 pixels a side; rows and columns beyond a multiple of 4 are left out.
  MicroAstStyle look_at(const at::Tensor& painting);

  // photograph [1,3,H,W] in [0,1], sides multiples of 4 from 16 on -> [1,3,H,W] about [0,1]. strength: 0 keeps the moments of the
  // photograph's features, 1 takes the painting's.
  at::Tensor paint(const at::Tensor& photograph, const MicroAstStyle& style, double strength);

  // For tiles of one picture (nn/picture_convolution.hpp).
  void set_recall(nn::Recall recall);

 private:
  struct Residual;
  struct Encoder;
  struct Decoder;
  at::Tensor adapted(const at::Tensor& x, const MicroAstStyle::Signals& style, double strength, std::size_t place);

  at::ScalarType dtype_;
  std::unique_ptr<Encoder> content_encoder_, style_encoder_;
  std::unique_ptr<Decoder> decoder_;
  std::array<std::unique_ptr<nn::PictureConvolution>, 2> weight_of_, bias_of_;
  nn::Recall recall_ = nn::Recall::off;
  std::array<std::optional<kernels::PictureMoments>, 2> kept_;
};

}  // namespace inkstone
