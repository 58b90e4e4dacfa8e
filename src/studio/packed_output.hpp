// Paintings as a packed data set: one safetensors file that `inkstone train` and `inkstone evaluate` read again.
#pragma once

#include <filesystem>
#include <vector>

#include "inkstone/studio.hpp"

namespace inkstone::studio {

// True for names that end in .safetensors.
bool is_packed_output(const std::filesystem::path& path);

// 8 bits a channel, alpha left out; recipe and parameters of the first painting go into the file's metadata. Throws
// bad_argument for no pictures or another extension, io.
void save_packed(const std::vector<Painting>& paintings, const std::filesystem::path& path);

// Throws bad_argument, not_found or io where no file of this name can be written.
void check_place(const std::filesystem::path& path);

}  // namespace inkstone::studio
