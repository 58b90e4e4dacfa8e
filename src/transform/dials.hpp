// Two plain dials on whatever a network painted: how strong the style is, and how much of the photograph's drawing is kept.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::transform {

struct Dials {
  double strength = 1;   // 0: the photograph, 1: the painting
  double retention = 0;  // 0: the painting as it is; 1: the photograph's light and dark in every detail, in the painting's
                         // colours and large tones
};

// photograph, painting [1,3,H,W] float32 in [0,1] -> the same. Retention replaces that share of the painting's fine bands of
// luminance by the photograph's (Laplacian pyramid, Burt and Adelson 1983); strength then mixes the two pictures.
at::Tensor with_dials(const at::Tensor& photograph, const at::Tensor& painting, Dials dials);

}  // namespace inkstone::transform
