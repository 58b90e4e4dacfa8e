// From a StylizeRequest with a network that paints by itself (fast style, MicroAST, a cartoon network) to a painting: one pass
// instead of a search.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "dream/neural_style.hpp"
#include "inkstone/studio.hpp"

namespace inkstone::studio {

// The dials where nobody turned them: a network's style as it is (strength 1, retention 0), while a search has both in the
// middle.
void set_network_dials(StylizeRequest& request, const std::set<std::string>& given);

// request is complete; its model is a picture network. polisher: the feature network of --refine, asked only for that.
Painting run_restyle(const StylizeRequest& request, const std::function<const FeatureNetwork&()>& polisher, Observer& observer);

}  // namespace inkstone::studio
