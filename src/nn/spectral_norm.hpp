// Spectral normalisation: a weight divided by an estimate of its largest singular value, so that the layer is 1-Lipschitz (Miyato
// et al., "Spectral normalization for generative adversarial networks", ICLR 2018). One power iteration per training pass.
#pragma once

#include <string>

#include <torch/nn.h>

namespace inkstone::nn {

// A weight [O,...] of a module, as its own parameter or through spectral normalisation. Names are those of
// torch.nn.utils.spectral_norm: parameter "weight_orig", buffers "weight_u" [O] and "weight_v" [the rest]; plain: "weight".
class MaybeSpectral {
 public:
  MaybeSpectral() = default;
  MaybeSpectral(torch::nn::Module& owner, at::Tensor initial, bool spectral);

  at::Tensor value(bool training) const;
  at::Tensor parameter() const { return weight_; }

 private:
  at::Tensor weight_, u_, v_;
};

// The largest singular value as u^T W v, differentiable in weight [O,...]; iterate: first improves u and v in place by one power
// iteration.
at::Tensor spectral_norm(const at::Tensor& weight, at::Tensor u, at::Tensor v, bool iterate);

}  // namespace inkstone::nn
