// From a painting to a file on disk, losing nothing on the way.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/task_progress.hpp"
#include "inkstone/studio.hpp"

namespace inkstone {

// "house-starry_night.png" in the current folder (.ppm in the engine), or "house-starry_night-2.png" where that is taken: a name
// that was not asked for never overwrites anything.
std::filesystem::path free_output_name(const std::vector<std::string>& sources);

// folder/stem + suffix + extension: out.png -> out-step20.png.
std::filesystem::path beside(const std::filesystem::path& output, const std::string& suffix);

// Saves to output. Where that fails (disk full, folder gone) the painting goes to the system's temporary folder as PNG, and the
// error says where.
void deliver(Studio& studio, const Painting& painting, const std::filesystem::path& output);

// Every so many steps the picture as it is, in output + ".preview.png"; 0: never.
void preview_beside(TaskProgress& progress, Studio& studio, const std::filesystem::path& output, int every);

}  // namespace inkstone
