// Paintings into files.
#pragma once

#include <filesystem>

#include "inkstone/studio.hpp"

namespace inkstone::studio {

// As Studio::check_output.
void check_output(const std::filesystem::path& path, bool moves = false);

// As Studio::save.
void save_painting(const Painting& painting, const std::filesystem::path& path);

}  // namespace inkstone::studio
