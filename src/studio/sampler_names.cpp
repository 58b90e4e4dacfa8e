#include <algorithm>

#include "inkstone/samplers.hpp"
#include "sample/schedules.hpp"
#include "sample/solvers/table.hpp"

namespace inkstone {

std::vector<SamplerInfo> samplers() {
  std::vector<SamplerInfo> known;
  for (const auto& entry : solver_table()) {
    SamplerInfo info{std::string(entry.name), {}};
    for (auto rest = entry.aliases; !rest.empty();) {
      const auto end = std::min(rest.find(','), rest.size());
      info.aliases.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    known.push_back(std::move(info));
  }
  return known;
}

std::vector<std::string> schedulers() {
  const auto names = schedule_names();
  return {names.begin(), names.end()};
}

}  // namespace inkstone
