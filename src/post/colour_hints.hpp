// A grey photograph coloured from a few strokes: Levin, Lischinski and Weiss, "Colorization using optimization", SIGGRAPH 2004.
// Neighbours of alike luminance Y get alike chroma: with affinities w_rs = exp(-(Y_r - Y_s)^2 / (2 sigma^2)), sigma of the places
// around, U(r) = sum_s w_rs U(s) / sum_s w_rs for every pixel r without a stroke. The affinities are symmetric, so the sparse
// system is positive definite: conjugate gradients, coarse to fine.
#pragma once

#include "post/plane.hpp"

namespace inkstone::post {

// 1 where a pixel of hints says a colour: the opaque ones where it has alpha, else those that are coloured rather than grey.
Plane marked_colours(const Image& hints);

// The picture's luminance with the chroma of hints (of the same size) where marks are above one half, spread over the rest; alpha
// as it was. Without a mark the picture in grey.
Image colour_by_hints(const Image& picture, const Image& hints, const Plane& marks);

}  // namespace inkstone::post
