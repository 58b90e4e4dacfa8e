// From an ExplainRequest to a picture that a person reads.
#pragma once

#include "inkstone/explain_request.hpp"
#include "inkstone/studio.hpp"
#include "studio/feature_networks.hpp"

namespace inkstone::studio {

// request: checked, its seed drawn. What the picture shows is told to the observer as a message, and written under it.
Painting run_explain(const ExplainRequest& request, const LoadedNetwork& network, Observer& observer);

}  // namespace inkstone::studio
