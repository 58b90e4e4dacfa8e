#include <fmt/format.h>

#include "core/nearest.hpp"
#include "families/embedded_configs.hpp"
#include "families/plan.hpp"
#include "inkstone/error.hpp"

namespace inkstone {

std::vector<std::string> built_in_configs() {
  std::vector<std::string> names;
  for (const auto& config : embedded_configs()) names.emplace_back(config.name);
  return names;
}

std::string_view built_in_config(const std::string& name) {
  for (const auto& config : embedded_configs())
    if (config.name == name) return config.text;
  throw Error(ErrorCategory::not_found, fmt::format("no config '{}': neither a file nor built in{}; see inkstone train --list",
                                                    name, did_you_mean(name, built_in_configs())));
}

}  // namespace inkstone
