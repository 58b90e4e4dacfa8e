// From a StylizeRequest whose content is a film to a film: frame by frame through a network that paints or by the search, made to
// hold still, sound kept. What is done lies beside the output and is gone on from.
#pragma once

#include "inkstone/studio.hpp"
#include "studio/loaded_models.hpp"

namespace inkstone::studio {

// request is complete, its output a film. Throws bad_argument for what has no meaning for a film, and for work begun with other
// options.
FilmReport run_film(const StylizeRequest& request, LoadedModels& models, Observer& observer);

}  // namespace inkstone::studio
