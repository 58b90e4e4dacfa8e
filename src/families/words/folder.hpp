// A finished `words` model as a folder in the layout of diffusers (model_index.json; transformer, text_encoder, tokenizer and
// scheduler with a config each): all that painting needs, the vocabulary too. Its classes are Inkstone's own.
#pragma once

#include <filesystem>

#include <c10/core/ScalarType.h>

#include "tensor/state_dict.hpp"

namespace inkstone {

// Whether a folder, or the model_index.json in it, says that it is one.
bool is_words_folder(const std::filesystem::path& path);

// As load_family takes it (families/registry.hpp). Throws not_found, io, corrupt_file.
StateDict read_words_folder(const std::filesystem::path& folder);

// model: of family `words`, as read_model gives it. The folder is made; files in it of these names are replaced. Throws
// bad_argument for another family, io.
void write_words_folder(const StateDict& model, const std::filesystem::path& folder, at::ScalarType type = at::kHalf);

// The file that stands for the folder where one sha256 is wanted: the transformer's weights.
std::filesystem::path words_weights_file(const std::filesystem::path& path);

}  // namespace inkstone
