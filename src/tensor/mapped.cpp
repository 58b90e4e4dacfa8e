#include "tensor/mapped.hpp"

#include <utility>

#include <ATen/ATen.h>

namespace inkstone {
namespace {

using Mapping = std::shared_ptr<const void>;

void unmap(void* mapping) {
  delete static_cast<Mapping*>(mapping);
}

}  // namespace

at::Tensor mapped_tensor(Bytes bytes, at::ScalarType dtype, at::IntArrayRef shape, Mapping mapping) {
  auto owner = std::make_unique<Mapping>(std::move(mapping));
  auto* data = const_cast<std::byte*>(bytes.data());
  c10::DataPtr pointer(data, owner.release(), &unmap, at::kCPU);
  at::Storage storage(at::Storage::use_byte_size_t(), bytes.size(), std::move(pointer), nullptr, false);
  return at::empty({0}, dtype).set_(storage, 0, shape);
}

void release_pages(const at::Tensor& tensor) {
  if (!tensor.is_cpu() || !tensor.has_storage() || !tensor.is_non_overlapping_and_dense()) return;
  if (tensor.storage().data_ptr().get_deleter() != &unmap) return;
  release_pages(Bytes(static_cast<const std::byte*>(tensor.data_ptr()), tensor.nbytes()));
}

}  // namespace inkstone
