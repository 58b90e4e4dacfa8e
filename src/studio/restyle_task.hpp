// From a StylizeRequest with a network that paints by itself (fast style, MicroAST, a cartoon network) to a painting: one pass
// instead of a search.
#pragma once

#include <set>
#include <string>

#include "inkstone/studio.hpp"
#include "studio/loaded_models.hpp"
#include "studio/stylize_task.hpp"

namespace inkstone::studio {

// The dials where nobody turned them: a network's style as it is (strength 1, retention 0), while a search has both in the
// middle.
void set_network_dials(StylizeRequest& request, const std::set<std::string>& given);

// One pass over a picture at the size of the result, with or without alpha; no post-processing.
PaintedOver restyle(const StylizeRequest& request, const Image& picture, LoadedModels& models, Observer& observer);

// request is complete; its model is a picture network.
Painting run_restyle(const StylizeRequest& request, LoadedModels& models, Observer& observer);

}  // namespace inkstone::studio
