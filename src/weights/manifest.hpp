// What the JSON formats share: a manifest that names tensors, and files beside it that hold their numbers. Both the
// JSON and the names in it are untrusted.
#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "weights/extent.hpp"

namespace inkstone {

// Reads and parses. Throws corrupt_file for what is not JSON, nests deeper than 64 levels, names a key twice in one
// object, or is larger than 64 MiB; not_found and io as core/files.hpp.
nlohmann::json read_manifest(const std::filesystem::path& path);

// The member, or corrupt_file naming the manifest and the key.
const nlohmann::json& manifest_member(const nlohmann::json& object, const char* key, const std::filesystem::path& manifest);
std::string manifest_string(const nlohmann::json& object, const char* key, const std::filesystem::path& manifest);

// object["shape"] as integers. Throws corrupt_file.
Shape manifest_shape(const nlohmann::json& object, const std::string& tensor);

// A file in the manifest's folder or below it. Throws corrupt_file for a name that is absolute, climbs with "..",
// or is empty; the file need not exist.
std::filesystem::path file_beside(const std::filesystem::path& manifest, const std::string& name);

}  // namespace inkstone
