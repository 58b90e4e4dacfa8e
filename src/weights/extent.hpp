// Sizes as files state them, checked before anything is allocated: a hostile header may claim 2^63 elements,
// negative dimensions, or products that wrap around.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace inkstone {

using Shape = std::vector<std::int64_t>;
inline constexpr std::size_t kMaxRank = 32;

// The product of the dimensions. Throws corrupt_file, naming the tensor, for a negative dimension, more than kMaxRank
// of them, or a product (zeros left out, as for strides) above 2^56.
std::int64_t element_count(at::IntArrayRef shape, const std::string& tensor);

// Throws corrupt_file unless shape holds exactly size bytes of dtype.
void require_size(at::IntArrayRef shape, at::ScalarType dtype, std::uint64_t size, const std::string& tensor);

}  // namespace inkstone
