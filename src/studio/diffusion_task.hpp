// From a PaintRequest with words to pictures, by a Stable Diffusion checkpoint.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "inkstone/studio.hpp"
#include "studio/diffusion/known_files.hpp"
#include "studio/listening.hpp"
#include "studio/loaded_models.hpp"

namespace inkstone::studio {

// A diffusers folder, or a file whose tensors are those of the original release. Reads a header at most.
bool is_stable_diffusion(const std::filesystem::path& model);

// The file that stands for the model: itself, or the U-Net's weights of a diffusers folder.
std::filesystem::path stable_diffusion_file(const std::filesystem::path& model);

// Throws bad_argument where the request sets one of the options, which mean nothing to this kind of model.
void refuse_foreign(const PaintRequest& request, const std::vector<std::string>& options, const char* model);

// The options that only models which read words know.
const std::vector<std::string>& diffusion_options();

// request is complete: seed drawn. known: what a recipe tells beside it. Throws bad_argument, not_found, corrupt_file,
// unsupported, out_of_memory. listening: of one picture, whose prompt must not change on the way.
std::vector<Painting> run_diffusion(const PaintRequest& request, LoadedModels& models, Observer& observer,
                                    const KnownFiles& known = {}, Listening* listening = nullptr);

}  // namespace inkstone::studio
