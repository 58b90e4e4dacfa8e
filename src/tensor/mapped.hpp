// Tensors that lie in a mapped file, and letting go of their memory: a network whose weights have been packed into another layout
// does not need both.
#pragma once

#include <memory>

#include <ATen/core/Tensor.h>

#include "core/files.hpp"

namespace inkstone {

// The bytes of a MappedFile as a contiguous tensor, which must not be written to. Their number and alignment fit; `mapping` keeps
// the file mapped.
at::Tensor mapped_tensor(Bytes bytes, at::ScalarType dtype, at::IntArrayRef shape, std::shared_ptr<const void> mapping);

// Where the tensor, or what it is a view of, is a mapped_tensor: gives back its memory. It may still be read, from the file.
void release_pages(const at::Tensor& tensor);

}  // namespace inkstone
