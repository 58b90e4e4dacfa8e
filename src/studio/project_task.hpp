// From a ProjectRequest to a picture: the photograph cut to the network's size, its style searched (dream/projection.hpp), both
// side by side, with the style in the recipe.
#pragma once

#include "inkstone/project_request.hpp"
#include "inkstone/studio.hpp"
#include "studio/loaded_models.hpp"

namespace inkstone::studio {

// request: checked, its seed drawn. A search that is stopped keeps what it has. Throws unsupported for a model that is no
// StyleGAN.
Painting run_project(const ProjectRequest& request, LoadedModels& models, Observer& observer);

}  // namespace inkstone::studio
