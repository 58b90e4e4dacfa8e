// From a PaintRequest to pictures by an unCLIP model: from words, like a picture, between two pictures, a picture changed as words say.
#pragma once

#include <vector>

#include "inkstone/studio.hpp"
#include "studio/diffusion/known_files.hpp"
#include "studio/loaded_models.hpp"

namespace inkstone::studio {

// The options that only these models know.
const std::vector<std::string>& unclip_options();

// request is complete: seed drawn. known: what a recipe tells beside it. Throws bad_argument, not_found, corrupt_file, unsupported, cancelled.
std::vector<Painting> run_unclip(const PaintRequest& request, LoadedModels& models, Observer& observer, const KnownFiles& known = {});

}  // namespace inkstone::studio
