#include "train/autocast.hpp"

#include <ATen/autocast_mode.h>
#include <torch/version.h>

namespace inkstone {
namespace {

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
void set_autocast(at::DeviceType device, bool enabled) {
  at::autocast::set_autocast_enabled(device, enabled);
  if (enabled) at::autocast::set_autocast_dtype(device, at::kBFloat16);
}
#else
void set_autocast(at::DeviceType device, bool enabled) {
  if (device == at::kCUDA) {
    at::autocast::set_enabled(enabled);
    if (enabled) at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
  } else {
    at::autocast::set_cpu_enabled(enabled);
    if (enabled) at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
  }
}
#endif

}  // namespace

Autocast::Autocast(bool enabled, at::DeviceType device) : enabled_(enabled), device_(device) {
  if (enabled_) set_autocast(device_, true);
}

Autocast::~Autocast() {
  if (!enabled_) return;
  at::autocast::clear_cache();
  set_autocast(device_, false);
}

bool has_fast_bf16() {
  return __builtin_cpu_supports("avx512bf16") != 0;
}

}  // namespace inkstone
