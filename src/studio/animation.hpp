// Moving pictures, written by ffmpeg.
#pragma once

#include <filesystem>
#include <vector>

#include "inkstone/studio.hpp"

namespace inkstone::studio {

// As Studio::save_animation.
void save_animation(const std::vector<Painting>& frames, const std::filesystem::path& path, int frames_per_second);

}  // namespace inkstone::studio
