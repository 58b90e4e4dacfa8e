// Where to cut a picture so that what one looks at stays: the window with the most detail and strong colour, a little
// drawn to the middle. After the energy of Avidan and Shamir, "Seam carving", SIGGRAPH 2007.
#pragma once

#include "inkstone/image.hpp"

namespace inkstone {

// A place in [0,1] along the side that is cut: 0 keeps the left or top end, 1 the other. width and height: shape of the window.
double smart_place(const Image& picture, int width, int height);

}  // namespace inkstone
