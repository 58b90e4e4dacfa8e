// The names of solvers and schedules, for those who must list them: other programs' APIs and forms.
#pragma once

#include <string>
#include <vector>

namespace inkstone {

struct SamplerInfo {
  std::string name;                  // as --sampling-method has it
  std::vector<std::string> aliases;  // of other tools
};

std::vector<SamplerInfo> samplers();
std::vector<std::string> schedulers();  // as --scheduler has them

}  // namespace inkstone
