// `inkstone paint --style`: pictures that were just painted are painted over, by the networks and the search of `inkstone
// stylize`.
#pragma once

#include <vector>

#include "inkstone/studio.hpp"
#include "studio/loaded_models.hpp"

namespace inkstone::studio {

inline bool asks_for_style(const PaintRequest& request) {
  return !request.style.empty() || !request.style_model.empty() || request.style_strength >= 0;
}

// Before anything is painted: throws what in_style would. request asks for a style.
void check_style(const PaintRequest& request, LoadedModels& models);

// paintings: of the request without its post chain, which follows here. Their recipes then hold all of it. Once the observer asks
// to stop, the rest stay as they were painted.
std::vector<Painting> in_style(std::vector<Painting> paintings, const PaintRequest& request, LoadedModels& models,
                               Observer& observer);

}  // namespace inkstone::studio
