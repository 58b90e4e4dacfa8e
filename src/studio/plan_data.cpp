#include "studio/plan_data.hpp"

#include <cmath>

#include <fmt/format.h>

#include "data/subset.hpp"
#include "inkstone/error.hpp"

namespace inkstone::studio {

DataWish wish_of(const TrainPlan& plan) {
  DataWish wish;
  if (plan.pictures.channels > 0) wish.channels = plan.pictures.channels;
  wish.height = plan.pictures.height;
  wish.width = plan.pictures.width;
  return wish;
}

PlanData open_plan_data(const TrainPlan& plan, Observer& observer, bool may_pull) {
  PlanData data;
  auto wish = wish_of(plan);
  wish.may_pull = may_pull;
  data.training = open_data(plan.data, "train", observer, wish);
  const auto& options = plan.pictures;
  if (options.hold_out > 0) {
    const auto kept = std::max<int64_t>(1, std::llround(double(data.training->size()) * options.hold_out));
    if (kept >= data.training->size())
      throw Error(ErrorCategory::bad_argument, fmt::format("hold-out = {} leaves nothing of {} pictures to train on",
                                                           options.hold_out, data.training->size()));
    data.held_out = subset(data.training, data.training->size() - kept, kept);
    data.training = subset(data.training, 0, data.training->size() - kept);
  } else if (plan.loop.validate_every > 0) {
    if (!has_test_split(plan.data))
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("validate-every is set, but {} has no test split; set hold-out = 0.05, say", plan.data));
    data.held_out = open_data(plan.data, "test", observer, wish);
  }
  if (options.subset > 0 && options.subset < data.training->size()) data.training = subset(data.training, 0, options.subset);
  return data;
}

}  // namespace inkstone::studio
