// Networks that turn a picture into a picture, by what one may write for one: a name of those that travel with the program or of
// the catalogue, a file, a folder.
#pragma once

#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "inkstone/option.hpp"
#include "studio/loaded_models.hpp"
#include "studio/recipe.hpp"
#include "transform/open.hpp"

namespace inkstone::studio {

struct LoadedPictureNetwork {
  std::unique_ptr<transform::PictureNetwork> network;
  std::string name;  // of the catalogue, or of the file without folders
  // For recipes: as of studio/model_record.hpp and "paints": true; "known": true where a name stands for it, "folder": true where
  // the file is one of several in a folder.
  nlohmann::json record;
  transform::Purpose purpose = transform::Purpose::any;
};

// What a network is opened for; `any`: to be timed.
enum class NetworkTask { any, stylize, upscale, restore };

// Throws not_found saying how to get it.
transform::ModelFiles picture_model_files(const ModelRef& model);

// Whether it is such a network, rather than one of features. Throws not_found.
bool is_picture_network(const ModelRef& model);

// Whether a name stands for one, in the program or in the catalogue; looks into no file.
bool names_picture_network(const ModelRef& model);

// type: "auto" (bfloat16 where it is fast), "f32" or "bf16". Throws not_found, unsupported, corrupt_file, and bad_argument,
// naming the command that it is for, where that is not the task.
LoadedPictureNetwork open_picture_network(const ModelRef& model, const std::string& type, NetworkTask task);

// The same, kept from one task to the next. What a task sets in it (styles) the next one sets anew.
std::shared_ptr<LoadedPictureNetwork> kept_picture_network(const ModelRef& model, const std::string& type, NetworkTask task,
                                                           LoadedModels& models);

// The model that a record speaks of: by its name, else by the content of its file. Throws not_found, and unsupported where the
// name now stands for other weights.
void restore_picture_network(ModelRef& model, const nlohmann::json& record, ParentSearch& search);

}  // namespace inkstone::studio
