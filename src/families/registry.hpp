// The families that can be trained, one line each.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/options.hpp"
#include "tensor/state_dict.hpp"
#include "train/family.hpp"
#include "train/model_file.hpp"

namespace inkstone {

struct FamilyEntry {
  std::string name;     // "dcgan"
  std::string summary;  // one line, with the paper
  std::vector<Field> (*fields)();
  // options: complete or partial JSON of the fields. Weights are drawn from torch's global generator. Throws bad_argument.
  std::unique_ptr<Family> (*make)(const nlohmann::json& options, const PictureShape& shape);
  // The pictures that the family wants where nobody says a size: those of the model that it goes on from. Null: any.
  PictureShape (*native)(const nlohmann::json& options) = nullptr;
  // Fills in the options that the data decide where nobody does, before the family is first made. Null: there are none.
  void (*complete)(nlohmann::json& options, const Dataset& data) = nullptr;
  // The options as a finished model keeps them, which knows no paths; throws as make does. Null: as they are.
  nlohmann::json (*settled)(nlohmann::json options) = nullptr;
};

const std::vector<FamilyEntry>& families();

// Throws bad_argument naming the nearest.
const FamilyEntry& find_family(const std::string& name);

// A finished model where it lies: a run, a model file, or a folder of family `words` in the layout of diffusers. Throws not_found, io,
// corrupt_file.
StateDict read_trained(const std::filesystem::path& place);

// A finished model as the family that it is of, ready to paint. Throws corrupt_file.
std::unique_ptr<Family> load_family(const StateDict& model);

}  // namespace inkstone
