// Pictures like another: its noise, turned a part of the way to the noise of a second seed.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone {

// Between two noises [N,C,H,W], strength in [0,1] from the first to the second, along great circles, column by column as the
// AUTOMATIC1111 interface turns them, so that its "variation seed" and strength give its noise. Stays standard normal.
at::Tensor variation(const at::Tensor& noise, const at::Tensor& other, double strength);

}  // namespace inkstone
