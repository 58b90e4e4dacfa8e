#include "families/personal/base.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "families/words/folder.hpp"
#include "families/words/shipped.hpp"
#include "inkstone/error.hpp"
#include "models/stable_diffusion/checkpoint.hpp"
#include "models/stable_diffusion/diffusers_folder.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

std::string located(const std::string& model) {
  if (!model.empty() && !fs::exists(model))
    throw Error(ErrorCategory::not_found,
                fmt::format("there is no model {}; name with --model the one that is to learn, a painter of words or a Stable "
                            "Diffusion checkpoint",
                            model));
  const auto path = model.empty() ? shipped_painter().string() : model;
  if (path.empty())
    throw Error(ErrorCategory::not_found, "this program came without its painter of words; name a model with --model");
  return path;
}

// Runs of `inkstone train` and their models; the rest are checkpoints of Stable Diffusion, or refused as these.
bool is_trained_here(const fs::path& path) {
  if (is_words_folder(path)) return true;
  if (fs::is_directory(path)) return !fs::exists(path / "model_index.json");
  return path.filename() == "model.safetensors";
}

}  // namespace

std::unique_ptr<PersonalBase> open_base(const PersonalSettings& settings, const PictureShape& shape) {
  auto found = settings;
  found.model = located(settings.model);
  return is_trained_here(found.model) ? make_words_base(found, shape) : make_stable_diffusion_base(found, shape);
}

PictureShape native_shape(const std::string& model) {
  const auto path = located(model);
  return is_trained_here(path) ? native_words_shape(path) : native_stable_diffusion_shape(path);
}

void check_training_memory(uint64_t need, uint64_t available) {
  if (need <= available) return;
  throw Error(ErrorCategory::out_of_memory,
              fmt::format("training needs about {:.1f} GB of memory and {:.1f} GB are free; take smaller pictures (--width, "
                          "--height), a smaller --batch, more parts to a batch (--accumulate), or --gradient-checkpointing",
                          double(need) / 1e9, double(available) / 1e9));
}

}  // namespace inkstone
