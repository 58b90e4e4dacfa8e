// Directions of a generator's styles along which its pictures change most, found without labels: the principal components of its
// styles (GANSpace: Härkönen et al., NeurIPS 2020), and what the weights of its layers answer to most (SeFa, closed-form
// factorisation: Shen and Zhou, CVPR 2021).
#pragma once

#include <functional>

#include <ATen/core/Tensor.h>

#include "models/stylegan/generator.hpp"

namespace inkstone::stylegan {

// How the styles w of random latents lie.
struct StyleSpread {
  at::Tensor mean;        // float64 [style]
  at::Tensor covariance;  // float64 [style,style]; within classes, where there are any
};

// From so many latents of the seed. label: of all of them; negative: the classes take turns. keep_going is asked now and then;
// where it says no, the samples so far count, and there is at least one part of them.
StyleSpread style_spread(Generator& generator, int64_t samples, uint64_t seed, int64_t label = -1,
                         const std::function<bool()>& keep_going = {});

// The root of the mean squared distance of a style from the mean.
double deviation_of(const StyleSpread& spread);

struct Directions {
  at::Tensor axes;        // float32 [K,style], of length 1, largest first; their largest number is positive
  at::Tensor deviations;  // float32 [K], of random styles along each
};

// The eigenvectors of the covariance.
Directions principal_directions(const at::Tensor& covariance);

// The eigenvectors of A^T A, where A [R,style] are these weights with rows of length 1 (as the authors' code has it, so that
// every feature counts alike).
Directions factorised_directions(const at::Tensor& weights, const at::Tensor& covariance);

// The weights that turn w into the styles of these layers, float32 [R,style]: those of the convolution that layer k enters, and
// for the last layer those of the picture.
at::Tensor style_weights(const Generator& generator, Layers layers);

// ws [N,styles,style] with `by` [style] added in these layers.
at::Tensor moved(const at::Tensor& ws, const at::Tensor& by, Layers layers);

}  // namespace inkstone::stylegan
