// What autocast leaves to us: operators of our own must ask for the run's precision themselves, and sums that bfloat16 cannot
// hold (losses, penalties) must leave it.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::nn {

// The dtype in which convolutions and products on this device run now; the tensor's own outside autocast.
at::ScalarType run_dtype(const at::Tensor& tensor);

// The tensor in run_dtype, differentiably; a weight is converted once per step, as autocast does.
at::Tensor in_run_dtype(const at::Tensor& tensor);

// Autocast off while in scope.
class FullPrecision {
 public:
  FullPrecision();
  ~FullPrecision();
  FullPrecision(const FullPrecision&) = delete;
  FullPrecision& operator=(const FullPrecision&) = delete;

 private:
  bool cpu_, cuda_;
};

// The precision that operators run in now, to be taken up again later, perhaps by another thread.
struct Precision {
  bool cpu = false, cuda = false;
  at::ScalarType cpu_dtype = at::kBFloat16, cuda_dtype = at::kBFloat16;
};
Precision precision_now();

// That precision while in scope, with no conversion of weights remembered: who computes again later may find other weights.
class InPrecision {
 public:
  explicit InPrecision(const Precision& precision);
  ~InPrecision();
  InPrecision(const InPrecision&) = delete;
  InPrecision& operator=(const InPrecision&) = delete;

 private:
  Precision before_;
  bool remembered_;
};

}  // namespace inkstone::nn
