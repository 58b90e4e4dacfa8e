// Tensors over bytes of a file: they share the mapping where its alignment allows, and keep it alive.
#pragma once

#include <memory>

#include <ATen/core/Tensor.h>

#include "core/files.hpp"

namespace inkstone {

// Keeps a file mapped where its bytes are of a MappedFile; null where they are not, and the caller keeps them.
using Owner = std::shared_ptr<const void>;

// bytes as a contiguous tensor; their number is already checked against the shape. Shares them, so it must not be
// written to, unless they are misaligned for dtype or are truth values, which are copied (any byte but 0 is true).
at::Tensor tensor_over(Bytes bytes, at::ScalarType dtype, at::IntArrayRef shape, const Owner& owner);

}  // namespace inkstone
