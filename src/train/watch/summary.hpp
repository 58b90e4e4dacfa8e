// What a model consists of, seen from one forward pass: modules in the order of their calls, output shapes, parameters,
// arithmetic. libtorch's C++ modules have no hooks, so operators are watched instead and given to the module whose parameters
// they use.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <torch/nn.h>

#include "train/watcher.hpp"

namespace inkstone {

// networks: by name, alive during the call. pass: runs them forward on `pictures` pictures (here without gradients); modes are
// the caller's. A row is a module that computes: it has parameters of its own, or is an activation or the like, or does
// arithmetic between its children (attention). Arithmetic without parameters counts for the parent of the module called last.
// Modules with parameters that the pass does not reach through libtorch's operators stand at their place without an output shape.
std::vector<RunDescription::Module> describe_modules(const std::vector<std::pair<std::string, torch::nn::Module*>>& networks,
                                                     const std::function<void()>& pass, int64_t pictures = 1);

// The rows as a table for a terminal, with totals per network.
std::string summary_table(const std::vector<RunDescription::Module>& modules);

// 1234567 -> "1.23M"; for parameters, operations, bytes.
std::string short_number(double value);

}  // namespace inkstone
