// A command that takes one picture, over all pictures of a folder.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace inkstone {

struct FolderJob {
  std::filesystem::path picture, output;
};

// The pictures of a folder (not those of its subfolders), by name, each with the same name in the output folder, which is made if
// need be; formats that are only read become PNG. Throws bad_argument for a folder without pictures and for an output that is no
// folder or the same one, io.
std::vector<FolderJob> folder_jobs(const std::filesystem::path& folder, const std::filesystem::path& output);

}  // namespace inkstone
