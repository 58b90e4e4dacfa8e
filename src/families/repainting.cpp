#include "families/repainting.hpp"

#include <algorithm>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {

at::Tensor unit_range(const at::Tensor& pictures) {
  return (pictures + 1) / 2;
}

double decibels(const at::Tensor& got, const at::Tensor& wanted) {
  const auto errors = (got.clamp(0, 1) - wanted).square().mean({1, 2, 3});
  return (-10 * errors.clamp_min(1e-10).log10()).mean().item<double>();
}

at::Tensor rows_in_turn(const Batch& examples, int64_t rows, int64_t columns,
                        const std::function<at::Tensor(const at::Tensor& pictures, int64_t first)>& remade) {
  const at::NoGradGuard constant;
  std::vector<at::Tensor> shown;
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t first = row / 2 * columns;
    const auto places = (at::arange(columns, at::kLong) + first).remainder(examples.size()).to(examples.pictures.device());
    const auto pictures = examples.pictures.index_select(0, places);
    shown.push_back(row % 2 == 0 ? pictures : remade(pictures, first));
  }
  return at::cat(shown).clamp(-1, 1).to(at::kCPU, at::kFloat);
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
