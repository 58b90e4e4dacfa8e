// What a preset's name stands for beyond the options of a request: the exact form of its losses and its search.
#pragma once

#include "dream/losses.hpp"
#include "dream/optimizer.hpp"
#include "dream/style_objective.hpp"
#include "inkstone/observer.hpp"
#include "inkstone/stylize_request.hpp"
#include "models/features/feature_network.hpp"

namespace inkstone::dream {

// The objective that request asks for on this network; dials folded into the weights. Layers that the network does not
// reach are replaced by the deepest it has before them, with a message to the observer.
ObjectiveSettings objective_settings(const FeatureNetwork& network, const StylizeRequest& request, std::size_t styles,
                                     Observer& observer);

AdamSettings adam_settings(const StylizeRequest& request);

// For a picture of this many values. leongatys: PyTorch's own, 100 pairs and no line search. Otherwise 20 pairs;
// dream/memory_plan.hpp takes fewer where there is no room for them.
LbfgsSettings lbfgs_settings(const StylizeRequest& request, Scale scale, int64_t values);

}  // namespace inkstone::dream
