// What a Studio keeps between calls. Its methods belong to the tasks of the outer ring and stand in studio.cpp.
#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "inkstone/studio.hpp"

namespace inkstone {
namespace studio {
class FeatureNetworks;
class ParentSearch;
}  // namespace studio

struct Studio::State {
  std::shared_ptr<studio::FeatureNetworks> loaded;  // absent until the first is asked for

  studio::FeatureNetworks& networks();
  Painting replay(const nlohmann::json& recipe, studio::ParentSearch& search, Observer& observer);
  Painting stylize(StylizeRequest request, const std::set<std::string>& given, Observer& observer);
  void restore_model(ModelRef& model, const nlohmann::json& recipe, studio::ParentSearch& search);
};

namespace studio {

// 32 bits: what other painters draw, and what a person can type again. A seed of 0 or more stays what it is.
std::int64_t drawn_seed(std::int64_t seed);

}  // namespace studio
}  // namespace inkstone
