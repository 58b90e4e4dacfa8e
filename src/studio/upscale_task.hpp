// From an UpscaleRequest to a larger picture: network, as often as the size asks for, then a plain resize to the very size.
#pragma once

#include "inkstone/studio.hpp"
#include "inkstone/upscale_request.hpp"
#include "studio/loaded_models.hpp"

namespace inkstone::studio {

// request is complete: seed drawn, options checked. Throws bad_argument for sizes that contradict each other or that no file
// could hold.
Painting run_upscale(const UpscaleRequest& request, LoadedModels& models, Observer& observer);

}  // namespace inkstone::studio
