// What the oneDNN sources share: the engine, and tensors seen as oneDNN memory. Only where oneDNN was found.
#pragma once

#include <ATen/ATen.h>
#include <oneapi/dnnl/dnnl.hpp>

namespace inkstone::kernels {

inline dnnl::engine& cpu_engine() {
  static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

inline dnnl::memory::data_type data_type(const at::Tensor& t) {
  return t.scalar_type() == at::kBFloat16 ? dnnl::memory::data_type::bf16 : dnnl::memory::data_type::f32;
}

inline dnnl::memory wrap(const dnnl::memory::desc& desc, const at::Tensor& t) {
  return dnnl::memory(desc, cpu_engine(), t.data_ptr());
}

// Float32 in a layout that oneDNN chose, as bytes without a shape.
inline at::Tensor room_for(const dnnl::memory::desc& desc) {
  return at::empty({int64_t(desc.get_size() / sizeof(float))}, at::kFloat);
}

inline void reorder(const dnnl::memory::desc& from, const at::Tensor& source, const dnnl::memory::desc& to,
                    const at::Tensor& target, dnnl::stream& stream) {
  auto in = wrap(from, source), out = wrap(to, target);
  dnnl::reorder(in, out).execute(stream, in, out);
}

// The tensor in the layout wanted: itself where it lies so already.
inline at::Tensor laid(const at::Tensor& tensor, const dnnl::memory::desc& from, const dnnl::memory::desc& to,
                       dnnl::stream& stream) {
  if (from == to) return tensor;
  const auto target = room_for(to);
  reorder(from, tensor, to, target, stream);
  return target;
}

}  // namespace inkstone::kernels
