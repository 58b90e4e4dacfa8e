// What a Studio keeps between calls. Its methods belong to the tasks of the outer ring and stand in studio.cpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "inkstone/studio.hpp"
#include "studio/loaded_models.hpp"
#include "studio/translate.hpp"

namespace inkstone {
namespace studio {
class FeatureNetworks;
class ParentSearch;
}  // namespace studio

struct Studio::State {
  explicit State(std::uint64_t model_bytes) : models(model_bytes) {}

  studio::LoadedModels models;

  studio::FeatureNetworks networks();
  Painting replay(const nlohmann::json& recipe, studio::ParentSearch& search, Observer& observer);
  Painting stylize(StylizeRequest request, const std::set<std::string>& given, Observer& observer);
  // key: of the model's record in the recipe.
  void restore_model(ModelRef& model, const nlohmann::json& recipe, studio::ParentSearch& search, const char* key = "model");
};

namespace studio {

// A task that does not fit beside models that nobody uses is done again without them.
template <class Task>
auto with_room(LoadedModels& models, Task&& task) {
  const auto told = [&] { return translated(task); };
  try {
    return told();
  } catch (const Error& error) {
    if (error.category() != ErrorCategory::out_of_memory || models.drop_idle() == 0) throw;
  }
  return told();
}

// 32 bits: what other painters draw, and what a person can type again. A seed of 0 or more stays what it is.
std::int64_t drawn_seed(std::int64_t seed);

}  // namespace studio
}  // namespace inkstone
