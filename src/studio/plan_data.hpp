// The pictures of a training plan: what it trains on, and what it holds out.
#pragma once

#include <memory>

#include "data/dataset.hpp"
#include "families/plan.hpp"
#include "inkstone/observer.hpp"
#include "studio/open_data.hpp"

namespace inkstone::studio {

struct PlanData {
  std::shared_ptr<const Dataset> training, held_out;  // held_out is null where the plan wants none
};

// What a plan's networks want of pictures.
DataWish wish_of(const TrainPlan& plan);

// may_pull: get a ready data set that is absent. Throws bad_argument (a share held out that leaves nothing, validation without a
// test split), and what open_data throws.
PlanData open_plan_data(const TrainPlan& plan, Observer& observer, bool may_pull = true);

}  // namespace inkstone::studio
