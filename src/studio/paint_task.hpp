// From a PaintRequest to pictures: a trained model or a rule, seeds and classes, walks between seeds, grids.
#pragma once

#include <vector>

#include "inkstone/studio.hpp"
#include "studio/diffusion/known_files.hpp"
#include "studio/listening.hpp"
#include "studio/loaded_models.hpp"

namespace inkstone::studio {

// request is complete: seed drawn. known: what a recipe tells beside it. listening: of one picture. Throws bad_argument,
// not_found, corrupt_file; unsupported where somebody listens to a model that reads no words.
std::vector<Painting> run_paint(const PaintRequest& request, LoadedModels& models, Observer& observer,
                                const KnownFiles& known = {}, Listening* listening = nullptr);

// The file that a request's model is read from; throws not_found.
std::filesystem::path model_file_of(const ModelRef& model);

}  // namespace inkstone::studio
