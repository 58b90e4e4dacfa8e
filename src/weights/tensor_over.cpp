#include "weights/tensor_over.hpp"

#include <cstring>

#include <ATen/ATen.h>

#include "tensor/mapped.hpp"

namespace inkstone {
namespace {

at::Tensor shared(Bytes bytes, at::ScalarType dtype, at::IntArrayRef shape, const Owner& owner) {
  return owner ? mapped_tensor(bytes, dtype, shape, owner)
               : at::from_blob(const_cast<std::byte*>(bytes.data()), shape, at::TensorOptions(dtype));
}

at::Tensor copied(Bytes bytes, at::ScalarType dtype, at::IntArrayRef shape) {
  at::Tensor tensor = at::empty(shape, dtype);
  std::memcpy(tensor.data_ptr(), bytes.data(), bytes.size());
  return tensor;
}

}  // namespace

at::Tensor tensor_over(Bytes bytes, at::ScalarType dtype, at::IntArrayRef shape, const Owner& owner) {
  if (bytes.empty()) return at::empty(shape, dtype);
  if (dtype == at::kBool) return shared(bytes, at::kByte, shape, owner).ne(0);
  const bool aligned = reinterpret_cast<std::uintptr_t>(bytes.data()) % c10::elementSize(dtype) == 0;
  return aligned ? shared(bytes, dtype, shape, owner) : copied(bytes, dtype, shape);
}

}  // namespace inkstone
