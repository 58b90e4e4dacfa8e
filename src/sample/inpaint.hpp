// Painting inside a mask only. The blend stands around the denoiser, so that every solver can paint in masks.
#pragma once

#include "sample/denoiser.hpp"

namespace inkstone {

// Outside the mask the network always sees `original` under the noise of the level, x0 + sigma noise, and the estimate is
// `original` itself. With a mask of 0 and 1 this is what blending after every step does. Walks that end above sigma 0 leave noise
// outside: blend their result. mask [N or 1, 1 or C, H, W] in [0,1], 1: paint; original, noise [N or 1, C, H, W]. Keeps a
// reference.
std::unique_ptr<Denoiser> inpainted(const Denoiser& denoiser, at::Tensor mask, at::Tensor original, at::Tensor noise);

// original + mask (painted - original).
at::Tensor blended(const at::Tensor& original, const at::Tensor& painted, const at::Tensor& mask);

}  // namespace inkstone
