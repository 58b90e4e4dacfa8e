// The pictures that networks are steered by: read, framed as what is painted, reduced to edges or depth where asked.
#pragma once

#include <string>
#include <vector>

#include "inkstone/observer.hpp"
#include "inkstone/paint_request.hpp"
#include "sample/stable_diffusion/steering.hpp"
#include "studio/diffusion/canvas.hpp"

namespace inkstone::studio {

// The filters (post/chain.hpp) behind a name of --control-preprocess, with its values: canny:100:200. Throws bad_argument naming
// the nearest.
std::string preprocessing_chain(const std::string& name);

// networks: from the session, in order. Throws bad_argument where pictures, strengths or parts do not match their number; what
// decoding throws.
std::vector<sd::Steering> steering_of(const PaintRequest& request, std::vector<sd::Steering> networks, const Canvas& canvas,
                                      Observer& observer);

// The value of a list for the i-th network: its own, or the last one given.
template <class T>
const T& own_value(const std::vector<T>& values, std::size_t i) {
  return values[i < values.size() ? i : values.size() - 1];
}

}  // namespace inkstone::studio
