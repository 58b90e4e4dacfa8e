// Networks that paint in the style of a picture they are given, rather than one they were trained for.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "transform/picture_network.hpp"

namespace inkstone::transform {

struct StyleShare {
  at::Tensor painting;  // [1,3,h,w] float32 in [0,1]
  double weight = 1;    // beside the others
};

class ArbitraryStyle : public PictureNetwork {
 public:
  // Before the first forward. Weights are normalised. strength: 0 keeps the photograph's statistics, 1 takes the painting's.
  // Throws bad_argument where the weights sum to 0.
  virtual void set_styles(const std::vector<StyleShare>& styles, double strength) = 0;
};

}  // namespace inkstone::transform
