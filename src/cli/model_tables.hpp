// The catalogue as text: a table for people, Markdown for the documentation, JSON for programs.
#pragma once

#include <span>
#include <string>

#include "inkstone/models.hpp"

namespace inkstone {

std::string human_size(std::uint64_t bytes);  // "574.7 MB"
std::string model_table(std::span<const ModelInfo> models);
std::string model_markdown(std::span<const ModelInfo> models);
std::string model_json(std::span<const ModelInfo> models);
std::string model_details(const ModelInfo& model);

}  // namespace inkstone
