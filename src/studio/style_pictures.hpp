// The pictures of a style transfer, decoded and brought to size.
#pragma once

#include <filesystem>

#include "dream/neural_style.hpp"
#include "inkstone/image.hpp"

namespace inkstone::studio {

struct StyleSources {
  NeuralStylePictures tensors;
  Image content;     // RGB, at the size of the result
  at::Tensor alpha;  // [1,1,H,W] of the photograph; undefined where it has none
};

// The paintings and masks alone, for a photograph at the size of the result. Throws bad_argument when a side of it is under 32
// pixels.
NeuralStylePictures style_tensors(const StylizeRequest& request, const Image& photograph);

// Of a photograph at the size of the result. Throws as style_tensors.
StyleSources style_sources(const StylizeRequest& request, const Image& photograph);

// The painting's luminance with the photograph's chroma (Gatys et al. 2016, "Preserving color"), in YIQ.
Image with_chroma_of(const Image& painting, const Image& photograph);

// RGB and alpha [1,1,H,W] together.
Image with_alpha(const Image& rgb, const at::Tensor& alpha);

}  // namespace inkstone::studio
