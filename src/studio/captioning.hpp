// The captioner of a Studio: the one that comes with the program or one's own, and pictures as it takes them.
#pragma once

#include <memory>
#include <string>

#include "inkstone/image.hpp"
#include "inkstone/option.hpp"
#include "models/captioner/captioner.hpp"
#include "studio/loaded_models.hpp"

namespace inkstone::studio {

// Empty: the one inside the program; else a model file, a run or a checkpoint. Throws not_found, corrupt_file, unsupported for a
// model of another family.
std::shared_ptr<captioner::Captioner> captioner_of(const ModelRef& model, LoadedModels& models);

// picture: without alpha, of any size; its middle is cut out and scaled as the training pictures were. language: "english" or
// "chinese".
captioner::Caption caption_of(captioner::Captioner& captioner, const Image& picture, const std::string& language);

}  // namespace inkstone::studio
