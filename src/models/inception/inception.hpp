// The Inception-v3 that FID is defined by: TensorFlow's of 2015-12-05 with its poolings, as pytorch-fid ports it; torchvision's
// network of the same name differs in weights and poolings and gives other figures. Szegedy et al., "Rethinking the Inception
// architecture for computer vision" (CVPR 2016); Heusel et al. (NeurIPS 2017). For inference alone: batch normalisation is
// folded into the convolutions.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <ATen/core/Tensor.h>

#include "tensor/state_dict.hpp"

namespace inkstone {

// How a picture becomes 299 x 299; figures made with different ones cannot be compared.
enum class InceptionResize {
  bilinear,    // pytorch-fid: half-pixel centres, no antialiasing, [-1,1]
  tensorflow,  // the original FID and torch-fidelity: TensorFlow 1's bilinear, which samples at corners, (x - 128) / 128
  clean,       // clean-fid (Parmar, Zhang and Zhu, CVPR 2022): bicubic with antialiasing, (x - 128) / 128
};

class Inception {
 public:
  // Tensors as in pt_inception-2015-12-05-6726825d.pth. Throws unsupported for torchvision's weights, corrupt_file where a
  // tensor is missing or of another shape.
  explicit Inception(const StateDict& weights, at::Device device = at::kCPU);

  struct Output {
    at::Tensor features;  // float32 [N,2048], the last pooling
    at::Tensor logits;    // float32 [N,1008], without the bias: what the inception score is computed from
  };
  // x float32 [N,3,299,299], from inception_input. Without gradients.
  Output operator()(const at::Tensor& x) const;

 private:
  struct Folded {
    at::Tensor weight, bias;
  };
  enum class Pool { average, maximum };

  at::Tensor run(const std::string& name, const at::Tensor& x, int64_t stride = 1, bool padded = true) const;
  at::Tensor chain(const std::string& block, std::initializer_list<const char*> names, at::Tensor x,
                   int64_t last_stride = 1) const;
  at::Tensor block_a(const std::string& block, const at::Tensor& x) const;
  at::Tensor block_b(const std::string& block, const at::Tensor& x) const;
  at::Tensor block_c(const std::string& block, const at::Tensor& x) const;
  at::Tensor block_d(const std::string& block, const at::Tensor& x) const;
  at::Tensor block_e(const std::string& block, const at::Tensor& x, Pool pool) const;

  at::Device device_;
  std::map<std::string, Folded> convolutions_;
  at::Tensor head_;  // [1008,2048]
};

// uint8 [N,C,H,W], C = 1 or 3 (grey is repeated) -> float32 [N,3,299,299] as the network wants it.
at::Tensor inception_input(const at::Tensor& pictures, InceptionResize resize);

// The network's shape with random weights, for tests and timing without a download. One generator; convolutions in alphabetical
// order of their names: conv.weight ~ N(0, 2 / (in height width)), bn.weight ~ N(1, 0.01), bn.bias ~ N(0, 0.01), bn.running_mean
// ~ N(0, 0.01), bn.running_var ~ U(0.5, 1.5); then fc.weight ~ N(0, 1 / 2048), fc.bias zero.
StateDict random_inception_weights(uint64_t seed);

}  // namespace inkstone
