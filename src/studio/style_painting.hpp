// A PaintRequest of a StyleGAN: styles of seeds or of projected pictures, moved along directions, mixed in a grid, or walked
// through.
#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "inkstone/paint_request.hpp"
#include "models/stylegan/generator.hpp"
#include "studio/diffusion/axis_grid.hpp"
#include "studio/trained_painter.hpp"

namespace inkstone::studio {

// The options that speak of styles, for other models to refuse.
const std::vector<std::string>& style_options();

// The request with its directions in full ("smile=2" as "pca3=4:0-3"), as a recipe can keep them. Throws bad_argument.
PaintRequest with_plain_directions(PaintRequest request);

struct StyledPictures {
  at::Tensor pictures;          // float32 [N,C,H,W] in [-1,1]
  std::vector<uint64_t> seeds;  // N
  int64_t columns = 0;          // above 0: they are one grid of so many
  std::vector<Axis> axes;       // what is written beside that grid; none: nothing
  bool stopped = false;
};

// Throws bad_argument: options that exclude each other, layers, seeds, directions or classes that there are not, a style of
// another network.
StyledPictures paint_styled(const PaintRequest& request, TrainedPainter& painter, stylegan::Generator& generator,
                            LoadedModels& models, Observer& observer);

}  // namespace inkstone::studio
