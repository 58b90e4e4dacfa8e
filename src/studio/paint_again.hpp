// The request of a painted picture, out of its recipe: what paints the same pixels again.
#pragma once

#include <nlohmann/json.hpp>

#include "inkstone/paint_request.hpp"
#include "studio/diffusion/known_files.hpp"
#include "studio/recipe.hpp"

namespace inkstone::studio {

struct PaintAgain {
  PaintRequest request;
  KnownFiles known;
};

// The place of the model that a recipe names: its file, or the folder that this stands for. Throws not_found.
std::string model_of(const nlohmann::json& recipe, ParentSearch& search);

// recipe: of the task "paint". The model and all other files are found by their content. Throws not_found naming the one that is
// missing, corrupt_file.
PaintAgain paint_again(const nlohmann::json& recipe, ParentSearch& search);

}  // namespace inkstone::studio
