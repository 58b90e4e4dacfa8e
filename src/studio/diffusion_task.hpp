// From a PaintRequest with words to pictures, by a Stable Diffusion checkpoint.
#pragma once

#include <filesystem>
#include <vector>

#include "inkstone/studio.hpp"

namespace inkstone::studio {

// A diffusers folder, or a file whose tensors are those of the original release. Reads a header at most.
bool is_stable_diffusion(const std::filesystem::path& model);

// The file that stands for the model: itself, or the U-Net's weights of a diffusers folder.
std::filesystem::path stable_diffusion_file(const std::filesystem::path& model);

// request is complete: seed drawn. Throws bad_argument, not_found, corrupt_file, unsupported.
std::vector<Painting> run_diffusion(const PaintRequest& request, Observer& observer);

}  // namespace inkstone::studio
