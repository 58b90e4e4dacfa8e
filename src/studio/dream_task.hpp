// From a DreamRequest to pictures: decode, dream, film, post-processing, the recipe.
#pragma once

#include <vector>

#include "inkstone/dream_request.hpp"
#include "inkstone/studio.hpp"
#include "studio/feature_networks.hpp"

namespace inkstone::studio {

// One picture, or the frames of a film. request: checked, its seed drawn. A film that is stopped keeps the frames it has.
std::vector<Painting> run_dream(const DreamRequest& request, const LoadedNetwork& network, Observer& observer);

}  // namespace inkstone::studio
