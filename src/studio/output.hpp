// Paintings into files.
#pragma once

#include <filesystem>
#include <string>

#include "inkstone/studio.hpp"

namespace inkstone::studio {

// As Studio::check_output.
void check_output(const std::filesystem::path& path, bool moves = false);

// As Studio::save.
void save_painting(const Painting& painting, const std::filesystem::path& path);

// The same as a PNG file in memory.
std::string png_of(const Painting& painting);

}  // namespace inkstone::studio
