#include "families/repainting.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {

at::Tensor unit_range(const at::Tensor& pictures) {
  return (pictures + 1) / 2;
}

void check_colour(const PictureShape& shape, const std::string& network) {
  if (shape.channels != 3)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} is trained on colour pictures; set channels = 3 and convert-channels = true", network));
}

void check_photographs(const PictureShape& shape, const std::string& network, int64_t multiple) {
  check_colour(shape, network);
  if (shape.height % multiple != 0 || shape.width % multiple != 0 || std::min(shape.height, shape.width) < 32)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} trains on pictures whose sides are multiples of {} from 32 on, not {}x{}; set width and height",
                            network, multiple, shape.width, shape.height));
}

}  // namespace inkstone
