// From a StylizeRequest to a painting: pictures in, colours, the painter of dream/, post-processing, the recipe.
#pragma once

#include <nlohmann/json.hpp>

#include "inkstone/studio.hpp"
#include "studio/feature_networks.hpp"

namespace inkstone::studio {

// A picture painted over: without parameters and recipe, which also say where it came from.
struct PaintedOver {
  Painting painting;
  nlohmann::json model;  // for recipes
};

// Of the search, as the pictures' parameters say it.
const char* optimizer_name(const StylizeRequest& request);

// The search, from a photograph at the size of the result; no post-processing.
PaintedOver search_style(const StylizeRequest& request, const Image& photograph, const LoadedNetwork& network,
                         Observer& observer);

// request is complete: preset applied, seed drawn.
Painting run_stylize(const StylizeRequest& request, const LoadedNetwork& network, Observer& observer);

// The chain on a picture; references are paths.
Image run_chain(const Image& picture, const std::string& chain, std::int64_t seed, Observer& observer);

Painting run_post(const PostRequest& request, Observer& observer);

}  // namespace inkstone::studio
