#include "nn/mixed_precision.hpp"

#include <ATen/autocast_mode.h>
#include <torch/version.h>

namespace inkstone::nn {
namespace {

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
bool enabled(at::DeviceType device) {
  return at::autocast::is_autocast_enabled(device);
}
void enable(at::DeviceType device, bool on) {
  at::autocast::set_autocast_enabled(device, on);
}
at::ScalarType dtype_of(at::DeviceType device) {
  return at::autocast::get_autocast_dtype(device);
}
void set_dtype(at::DeviceType device, at::ScalarType dtype) {
  at::autocast::set_autocast_dtype(device, dtype);
}
#else
bool enabled(at::DeviceType device) {
  return device == at::kCUDA ? at::autocast::is_enabled() : at::autocast::is_cpu_enabled();
}
void enable(at::DeviceType device, bool on) {
  device == at::kCUDA ? at::autocast::set_enabled(on) : at::autocast::set_cpu_enabled(on);
}
at::ScalarType dtype_of(at::DeviceType device) {
  return device == at::kCUDA ? at::autocast::get_autocast_gpu_dtype() : at::autocast::get_autocast_cpu_dtype();
}
void set_dtype(at::DeviceType device, at::ScalarType dtype) {
  device == at::kCUDA ? at::autocast::set_autocast_gpu_dtype(dtype) : at::autocast::set_autocast_cpu_dtype(dtype);
}
#endif

void take_up(const Precision& precision) {
  enable(at::kCPU, precision.cpu);
  enable(at::kCUDA, precision.cuda);
  set_dtype(at::kCPU, precision.cpu_dtype);
  set_dtype(at::kCUDA, precision.cuda_dtype);
}

}  // namespace

at::ScalarType run_dtype(const at::Tensor& tensor) {
  const auto device = tensor.device().type();
  const bool eligible = tensor.scalar_type() != at::kDouble && (device == at::kCPU || device == at::kCUDA);
  return eligible && enabled(device) ? dtype_of(device) : tensor.scalar_type();
}

at::Tensor in_run_dtype(const at::Tensor& tensor) {
  const auto dtype = run_dtype(tensor);
  return dtype == tensor.scalar_type() ? tensor : at::autocast::cached_cast(dtype, tensor, tensor.device().type());
}

FullPrecision::FullPrecision() : cpu_(enabled(at::kCPU)), cuda_(enabled(at::kCUDA)) {
  enable(at::kCPU, false);
  enable(at::kCUDA, false);
}

FullPrecision::~FullPrecision() {
  enable(at::kCPU, cpu_);
  enable(at::kCUDA, cuda_);
}

Precision precision_now() {
  return {enabled(at::kCPU), enabled(at::kCUDA), dtype_of(at::kCPU), dtype_of(at::kCUDA)};
}

InPrecision::InPrecision(const Precision& precision)
    : before_(precision_now()), remembered_(at::autocast::is_autocast_cache_enabled()) {
  take_up(precision);
  at::autocast::set_autocast_cache_enabled(false);
}

InPrecision::~InPrecision() {
  take_up(before_);
  at::autocast::set_autocast_cache_enabled(remembered_);
}

}  // namespace inkstone::nn
