// Perceptual path length: how abruptly painted pictures change along a path between two latents; small where the latent space is
// smooth. Karras, Laine and Aila, "A style-based generator architecture for generative adversarial networks" (CVPR 2019),
// section 4.1.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <ATen/core/Tensor.h>

#include "eval/bootstrap.hpp"
#include "eval/perceptual_distance.hpp"
#include "inkstone/observer.hpp"

namespace inkstone {

// latents float32 [N, ...] -> pictures float32 [N,C,H,W] in [-1,1]. Picture k must depend on latents[k] alone, without noise of
// its own.
using LatentPainter = std::function<at::Tensor(const at::Tensor& latents)>;

struct PathLengthOptions {
  int64_t paths = 1000;
  double epsilon = 1e-4;   // step along the path, in [0,1]
  bool whole_path = true;  // a random place of the path; else its start ("PPL end")
  int64_t batch = 16;
  uint64_t seed = 0;
};

struct PathLength {
  double mean = 0;
  at::Tensor lengths;  // float64: those between the 1st and the 99th percentile, which the mean is of
};

// E[ d(G(slerp(z1, z2, t)), G(slerp(z1, z2, t + epsilon))) / epsilon^2 ] for standard normal z. Throws cancelled when the
// observer asks to stop.
PathLength perceptual_path_length(const LatentPainter& paint, const std::vector<int64_t>& latent_shape,
                                  const PairDistance& distance, const PathLengthOptions& options, Observer& observer);

// The mean of what is left when everything beyond the 1st and 99th percentile is dropped, as in the authors' code.
at::Tensor without_extremes(const at::Tensor& lengths);

}  // namespace inkstone
