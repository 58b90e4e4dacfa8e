// Holes of a picture filled from their edges inwards: Telea, "An image inpainting technique based on the fast marching method",
// Journal of Graphics Tools 9(1), 2004. For what is thin; a hole that has something to invent wants a network.
#pragma once

#include "post/plane.hpp"

namespace inkstone::post {

// holes: above one half where the picture is not known. Every unknown pixel becomes the mean of the known ones within radius,
// weighted by how near they are, how far along the direction of filling and on the same distance from the edge, each going on
// along its slope. Other pixels and alpha stay as they are; where nothing is known, nothing changes.
Image inpaint(const Image& picture, const Plane& holes, int radius);

}  // namespace inkstone::post
