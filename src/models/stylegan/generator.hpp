// StyleGAN2's generator: z to w by the mapping network, w to a picture by the synthesis. Parameters are named as in NVIDIA's
// networks (mapping.fc0.weight, synthesis.b4.conv1.affine.weight, ...), which load into it (official.hpp).
#pragma once

#include <torch/nn.h>

#include "models/stylegan/mapping.hpp"
#include "models/stylegan/synthesis.hpp"

namespace inkstone::stylegan {

// Layers that a style enters, counted from 0 at the coarsest; both ends belong to it.
struct Layers {
  int64_t first = 0, last = 0;
};

class Generator : public torch::nn::Module {
 public:
  explicit Generator(const Config& config);

  // z [N,latent], labels int64 [N] -> [N,C,H,W]: all of it in one call.
  at::Tensor forward(const at::Tensor& z, const at::Tensor& labels) { return synthesise(truncated(map(z, labels), 1)); }

  // z [N,latent], labels int64 [N] (read with classes only) -> w [N,style].
  at::Tensor map(const at::Tensor& z, const at::Tensor& labels) { return mapping->forward(z, labels); }
  // w [N,style] -> ws [N,styles,style], the first `layers` of them moved towards the average style: psi 1 leaves them, 0 paints
  // the average.
  at::Tensor truncated(const at::Tensor& w, double psi, int64_t layers = -1) const;
  // ws [N,styles,style] -> [N,C,H,W].
  at::Tensor synthesise(const at::Tensor& ws, const SynthesisCall& call = {}) { return synthesis->forward(ws, call); }

  const Config& config() const { return config_; }

  Mapping mapping;
  Synthesis synthesis;

 private:
  Config config_;
};

// ws whose layers from `crossover[k]` on come from other[k] (style mixing). int64 [N].
at::Tensor mixed(const at::Tensor& ws, const at::Tensor& other, const at::Tensor& crossover);

// ws with the styles of other in these layers. [N,styles,style] both.
at::Tensor mixed(const at::Tensor& ws, const at::Tensor& other, Layers layers);

}  // namespace inkstone::stylegan
