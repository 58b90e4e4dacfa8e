// From a StylizeRequest to a painting: pictures in, colours, the painter of dream/, post-processing, the recipe.
#pragma once

#include "inkstone/studio.hpp"
#include "studio/feature_networks.hpp"

namespace inkstone::studio {

// request is complete: preset applied, seed drawn.
Painting run_stylize(const StylizeRequest& request, const LoadedNetwork& network, Observer& observer);

// The chain on a picture; references are paths.
Image run_chain(const Image& picture, const std::string& chain, std::int64_t seed, Observer& observer);

Painting run_post(const PostRequest& request, Observer& observer);

}  // namespace inkstone::studio
