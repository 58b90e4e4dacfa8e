// Textual inversion (Gal et al. 2022): vectors that stand for a word of one's own, put in where the prompt says its name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tensor/state_dict.hpp"

namespace inkstone {

struct TextualInversion {
  std::vector<std::string> names;              // any of which calls it; most telling first
  std::map<std::int64_t, at::Tensor> vectors;  // by width of the text encoder: float32 [k,width], k the same for all
  std::int64_t length() const { return vectors.begin()->second.size(0); }
};

// Of web UIs (.pt with string_to_param, .safetensors with emb_params, of SD XL with clip_l and clip_g) and of diffusers (.bin or
// .safetensors with the word as key). Named as the file, and as the key where that is a word or as
// its metadata "inkstone.token" says. Throws not_found, io, corrupt_file,
// unsupported.
TextualInversion read_textual_inversion(const std::filesystem::path& path);

// As above from what a file holds; name: the file's.
TextualInversion to_textual_inversion(const StateDict& weights, const std::string& name);

}  // namespace inkstone
