// What every solver does between two evaluations: say where it is, and ask whether to stop.
#pragma once

#include <vector>

#include "inkstone/observer.hpp"

namespace inkstone {

// After evaluation i of a walk along sigmas (which end with 0). False: stop.
inline bool go_on(Observer& observer, std::size_t i, const std::vector<double>& sigmas) {
  const NamedValue level{"sigma", sigmas[i]};
  observer.on_progress({"paint", static_cast<int64_t>(i + 1), static_cast<int64_t>(sigmas.size() - 1), {&level, 1}});
  return !observer.stop_requested();
}

}  // namespace inkstone
