// What paints the frames of a film: a network that paints by itself, or the search of neural style, which starts every frame from
// the one before carried along the motion (Ruder, Dosovitskiy and Brox, "Artistic style transfer for videos", 2016).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <ATen/core/Tensor.h>
#include <nlohmann/json.hpp>

#include "inkstone/observer.hpp"
#include "inkstone/stylize_request.hpp"
#include "studio/loaded_models.hpp"
#include "transform/steady.hpp"

namespace inkstone::studio {

class FilmPainter {
 public:
  virtual ~FilmPainter() = default;

  // photograph [1,3,H,W] in [0,1]; carried: what was painted before, where it is by now -> the painting. A function of these
  // alone. Absent where the observer asked to stop in the middle.
  virtual std::optional<at::Tensor> paint(const at::Tensor& photograph, const std::optional<transform::Carried>& carried,
                                          Observer& observer) = 0;

  // How much of the frame before is mixed in afterwards; 0 where the painting itself holds still.
  virtual double mixing() const = 0;
  // Frames that may be lost with the process: some seconds of work.
  virtual std::int64_t piece_frames() const = 0;
  // As recipes have it.
  virtual nlohmann::json model() const = 0;
};

// For frames of that size. request is complete. Throws what opening the network does, bad_argument.
std::unique_ptr<FilmPainter> make_film_painter(const StylizeRequest& request, LoadedModels& models, int width, int height);

}  // namespace inkstone::studio
