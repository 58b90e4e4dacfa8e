// A style that was found for a picture (`inkstone dream project`), as it is kept: in the recipe of the picture that shows it, and
// as a safetensors file with the tensor `w` of stylegan2-ada-pytorch's projected_w.npz.
#pragma once

#include <filesystem>
#include <string>

#include <ATen/core/Tensor.h>
#include <nlohmann/json.hpp>

#include "models/stylegan/config.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone::studio {

struct KeptStyle {
  at::Tensor w;         // float32 [1,1,style], or [1,styles,style] where each layer has its own
  int64_t styles = 0;   // layers of the network
  std::string network;  // sha256 of the model file that it was found in; empty: not known
};

// What the recipe holds under kKeptStyle.
inline constexpr const char* kKeptStyle = "projected_w";
nlohmann::json record_of(const KeptStyle& style);

// The file that a recipe's record becomes, `w` [1,styles,style]. Throws corrupt_file, unsupported where the recipe has none.
StateDict style_file(const nlohmann::json& recipe);

// From either kind of file. Throws not_found, corrupt_file, bad_argument where it has no style.
KeptStyle read_style(const std::filesystem::path& file);

// [1,styles,style] for this network. Throws bad_argument where it was found in another kind; name: of the file, for messages.
at::Tensor fitted(const KeptStyle& style, const stylegan::Config& network, const std::string& name);

}  // namespace inkstone::studio
