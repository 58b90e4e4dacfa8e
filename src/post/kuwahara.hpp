// Flattens a picture into areas of one colour while shapes stay sharp: the anisotropic Kuwahara filter with polynomial
// sector weights, Kyprianidis, Semmo, Kang and Doellner, "Anisotropic Kuwahara filtering with polynomial weighting
// functions", TPCG 2010.
#pragma once

#include "post/plane.hpp"

namespace inkstone::post {

// radius in pixels, at least 1; sharpness: how strongly the calmest sector prevails (8 in the paper).
Image kuwahara(const Image& picture, float radius, float sharpness = 8);

}  // namespace inkstone::post
