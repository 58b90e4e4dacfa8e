// Where every pixel of a frame was in the frame before: dense optical flow, coarse to fine, by least squares in a window around
// each pixel (Lucas and Kanade 1981, iterated and pyramidal as Bouguet 2001).
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::transform {

// before, after [1,3,H,W] in [0,1] -> [1,2,H,W] float32, (x, y) in pixels: after at p looks like before at p + flow(p).
at::Tensor optical_flow(const at::Tensor& before, const at::Tensor& after);

// The picture [1,C,H,W] seen through the flow: result(p) = picture(p + flow(p)), bilinear, edges repeated.
at::Tensor warped(const at::Tensor& picture, const at::Tensor& flow);

// How far one can trust the flow, [1,1,H,W] in [0,1]: near 0 where going there and back does not end where it began (Ruder,
// Dosovitskiy and Brox 2016), or where the frames look different after all.
at::Tensor flow_confidence(const at::Tensor& before, const at::Tensor& after, const at::Tensor& backward,
                           const at::Tensor& forward);

}  // namespace inkstone::transform
