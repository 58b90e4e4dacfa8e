#include "weights/extent.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr std::int64_t kMaxElements = std::int64_t(1) << 56;  // times 8 bytes still fits 63 bits

}  // namespace

std::int64_t element_count(at::IntArrayRef shape, const std::string& tensor) {
  if (shape.size() > kMaxRank)
    throw Error(ErrorCategory::corrupt_file,
                fmt::format("tensor '{}' claims {} dimensions; get the file again", tensor, shape.size()));
  std::int64_t strides = 1;
  bool empty = false;
  for (const auto dimension : shape) {
    const std::int64_t factor = std::max<std::int64_t>(dimension, 1);
    if (dimension < 0 || factor > kMaxElements / strides)
      throw Error(ErrorCategory::corrupt_file,
                  fmt::format("tensor '{}' claims an impossible shape [{}]; get the file again", tensor, fmt::join(shape, ",")));
    strides *= factor;
    empty |= dimension == 0;
  }
  return empty ? 0 : strides;
}

void require_size(at::IntArrayRef shape, at::ScalarType dtype, std::uint64_t size, const std::string& tensor) {
  const auto expected = std::uint64_t(element_count(shape, tensor)) * c10::elementSize(dtype);
  if (expected != size)
    throw Error(ErrorCategory::corrupt_file,
                fmt::format("tensor '{}' of shape [{}] needs {} bytes but the file holds {}; get the file again", tensor,
                            fmt::join(shape, ","), expected, size));
}

}  // namespace inkstone
