// One pass of Adam over a parameter: networks of few samples and many weights, as the first GAN is, spend most of a step here,
// and plain operators read and write the same memory a dozen times.
#pragma once

#include <cstdint>

namespace inkstone {

struct AdamStep {
  float beta1, beta2;
  float rate;          // step size over the first moment's bias correction
  float second_scale;  // 1 / sqrt of the second moment's bias correction
  float eps;
  float decay;   // L2 penalty, added to the gradient
  float shrink;  // factor on the weight beforehand: decoupled decay; 1: none
};

// m, v: the moments; all of n values, contiguous. Arithmetic as torch::optim::Adam.
void adam(float* weight, const float* gradient, float* m, float* v, int64_t n, const AdamStep& step);

}  // namespace inkstone
