// Painting inside a mask only. The blend stands around the denoiser, so that every solver can paint in masks.
#pragma once

#include "sample/denoiser.hpp"

namespace inkstone {

// Outside the mask the network always sees `original` under the noise of the level, x0 + sigma noise, and the estimate is
// `original` itself: the result keeps it exactly. mask [N or 1, 1, H, W] in [0,1], 1: paint; original, noise [N or 1, C, H, W].
// Keeps a reference.
std::unique_ptr<Denoiser> inpainted(const Denoiser& denoiser, at::Tensor mask, at::Tensor original, at::Tensor noise);

}  // namespace inkstone
