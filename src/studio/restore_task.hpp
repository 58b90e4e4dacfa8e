// From a RestoreRequest to a better picture of the same size: the network that the task wants, filters where none is needed, or a
// mask filled.
#pragma once

#include <string_view>

#include "inkstone/restore_request.hpp"
#include "inkstone/studio.hpp"
#include "studio/loaded_models.hpp"

namespace inkstone::studio {

// Stands in place of a model for filling holes without a network (Telea 2004).
inline constexpr std::string_view kFastMarching = "fast-marching";

// request is complete: seed drawn, options checked. Throws bad_argument for a mask that is missing or of no use, unsupported for
// a task that no known network does, not_found naming the command that fetches its network.
Painting run_restore(const RestoreRequest& request, LoadedModels& models, Observer& observer);

}  // namespace inkstone::studio
