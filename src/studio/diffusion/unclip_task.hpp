// From a PaintRequest to pictures by an unCLIP model: from words, like a picture, between two pictures, a picture changed as
// words say.
#pragma once

#include <filesystem>
#include <vector>

#include "inkstone/studio.hpp"
#include "studio/diffusion/known_files.hpp"
#include "studio/loaded_models.hpp"

namespace inkstone::studio {

// Whether the path is such a model: a folder of Karlo's layout, or one of runs trained here.
bool paints_embeddings(const std::filesystem::path& model);
// The file that stands for it in a recipe: the decoder's weights. Throws not_found.
std::filesystem::path embedding_model_file(const std::filesystem::path& model);

// The options that only these models know.
const std::vector<std::string>& unclip_options();

// request is complete: seed drawn. known: what a recipe tells beside it. Throws bad_argument, not_found, corrupt_file,
// unsupported, cancelled.
std::vector<Painting> run_unclip(const PaintRequest& request, LoadedModels& models, Observer& observer,
                                 const KnownFiles& known = {});

}  // namespace inkstone::studio
