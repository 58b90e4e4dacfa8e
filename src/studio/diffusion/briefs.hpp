// From the options of a request to what a painter is told.
#pragma once

#include <vector>

#include "sample/stable_diffusion/brief.hpp"
#include "studio/diffusion/canvas.hpp"
#include "studio/diffusion/orders.hpp"

namespace inkstone::studio {

// orders: of one prompt. native_guidance: where the request leaves it to the model. Steering and noise are the caller's. Throws
// bad_argument for options that contradict one another.
sd::Brief brief_of(const PaintRequest& request, const Canvas& canvas, const std::vector<PictureOrder>& orders,
                   double native_guidance);

}  // namespace inkstone::studio
