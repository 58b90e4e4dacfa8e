// Looking at folders that may not be there or not be readable, each ending in one clear error.
#pragma once

#include <filesystem>
#include <vector>

namespace inkstone {

// Throws not_found ("there is no X") and io ("cannot look at X: Permission denied").
std::filesystem::file_status status_of(const std::filesystem::path& path);

// What lies in a folder, by name. Throws io.
std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder);

// False also where one may not look.
bool is_there(const std::filesystem::path& path);

}  // namespace inkstone
