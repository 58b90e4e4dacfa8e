// From a StylizeRequest whose content is a film to a film: frame by frame through a network that paints, made to hold still,
// sound kept.
#pragma once

#include "inkstone/studio.hpp"
#include "studio/loaded_models.hpp"

namespace inkstone::studio {

// request is complete, its output a film. Throws bad_argument for what has no meaning for a film.
FilmReport run_film(const StylizeRequest& request, LoadedModels& models, Observer& observer);

}  // namespace inkstone::studio
