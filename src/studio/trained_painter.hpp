// A trained family ready to paint, kept loaded between the tasks of a process.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "studio/loaded_models.hpp"
#include "studio/word_extras.hpp"
#include "train/family.hpp"
#include "train/model_file.hpp"

namespace inkstone::studio {

struct TrainedPainter {
  std::unique_ptr<Family> family;
  ModelDescription description;
  std::string file;       // without folders
  nlohmann::json record;  // what a recipe says of it
};

// Of a folder of words all files count, of a run the one that paints. Throws not_found, corrupt_file, bad_argument.
std::shared_ptr<TrainedPainter> trained_painter(const ModelRef& model, const WordExtras& extras, LoadedModels& models);

// The number of a class by its name or number. Throws bad_argument with the nearest name.
int64_t class_number(const std::string& text, const std::vector<std::string>& classes);

// int64 [count] of the classes that are asked for, which take turns; -1 where none is. Throws bad_argument, also for a model
// without classes.
at::Tensor class_labels(const std::vector<std::string>& asked, const std::vector<std::string>& classes, int64_t count);

}  // namespace inkstone::studio
