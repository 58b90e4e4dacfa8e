// Means over square windows in time independent of the window (running sums), and the guided filter built on them:
// He, Sun and Tang, "Guided Image Filtering", ECCV 2010 and PAMI 2013.
#pragma once

#include "post/plane.hpp"

namespace inkstone::post {

// Mean over the window of side 2 radius + 1 around each pixel, clipped to the picture; radius >= 0.
Plane box_mean(const Plane& plane, int radius);

// Smooths input while keeping the edges of guide: in each window, input is fitted by a * guide + b with the ridge
// penalty epsilon on a; structures of contrast well above sqrt(epsilon) stay.
Plane guided_filter(const Plane& guide, const Plane& input, int radius, float epsilon);

}  // namespace inkstone::post
