// What the oneDNN sources share: the engine, and tensors seen as oneDNN memory. Only where oneDNN was found.
#pragma once

#include <ATen/core/Tensor.h>
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

}  // namespace inkstone::kernels
