// A config, read and checked whole: which family, which data, and every option with its value. Mistakes are reported with file
// and line, and the nearest known name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "data/augment.hpp"
#include "inkstone/train_request.hpp"

namespace inkstone {

struct TrainPlan {
  std::string family;
  std::string data;
  nlohmann::json model;  // the family's options, complete
  DataOptions pictures;
  AugmentOptions augment;
  LoopOptions loop;
};

// text: TOML with `family` and `data`, and tables [model], [pictures], [train]. overrides: option name -> value, or its text as
// typed. Throws bad_argument.
TrainPlan read_plan(std::string_view text, const std::string& origin, const nlohmann::json& overrides = nlohmann::json::object());

// A complete config that gives the same plan again, with a comment per option.
std::string plan_text(const TrainPlan& plan);

// Configs that travel with the program: their names, and the text of one. Throws not_found naming the nearest.
std::vector<std::string> built_in_configs();
std::string_view built_in_config(const std::string& name);

}  // namespace inkstone
