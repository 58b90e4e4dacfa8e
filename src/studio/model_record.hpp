// What a recipe says of a model: name, file, sha256 and, where anybody knows it, its licence.
#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

namespace inkstone::studio {

// {"name", "file", "sha256", "licence"}; file without its folders, licence left out where it is not known. Hashes the file.
// Throws not_found, io.
nlohmann::json model_record(const std::string& name, const std::filesystem::path& file);

// The catalogue's for a file of this content, else what a safetensors file says of itself ("licence", "license" or
// "modelspec.license"); empty: unknown.
std::string model_licence(const std::filesystem::path& file, const std::string& sha256);

// Of the catalogue alone; empty where it has no such file, and in the engine.
std::string catalogue_licence(const std::string& sha256);

}  // namespace inkstone::studio
