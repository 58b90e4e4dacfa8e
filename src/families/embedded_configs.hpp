// The files of configs/ as they were when the program was built.
#pragma once

#include <string_view>
#include <vector>

namespace inkstone {

struct EmbeddedConfig {
  std::string_view name, text;
};

std::vector<EmbeddedConfig> embedded_configs();  // by name

}  // namespace inkstone
