// From an EvaluateRequest to figures: pictures painted or opened, the reference, the network that looks at both.
#pragma once

#include "inkstone/studio.hpp"

namespace inkstone::studio {

EvaluationReport run_evaluate(const EvaluateRequest& request, Observer& observer);

}  // namespace inkstone::studio
