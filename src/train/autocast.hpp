// bfloat16 for the operators that gain by it, while in scope; weights and losses stay float32 (Micikevicius et al., "Mixed
// precision training", ICLR 2018; bfloat16 needs no loss scaling).
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone {

class Autocast {
 public:
  Autocast(bool enabled, at::DeviceType device);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  bool enabled_;
  at::DeviceType device_;
};

// The processor computes in bfloat16 rather than imitating it (AVX-512 bf16 or AMX).
bool has_fast_bf16();

}  // namespace inkstone
