// The sizes of a CLIP text encoder: of its config.json, or told from its tensors.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "tensor/state_dict.hpp"

namespace inkstone {

enum class TextActivation { quick_gelu, gelu };

struct ClipTextConfig {
  std::int64_t vocabulary = 49408, positions = 77, width = 768, layers = 12, heads = 12, hidden = 3072;
  std::int64_t projection = 0;  // width of the projected pooled vector, 0 where there is no projection
  TextActivation activation = TextActivation::quick_gelu;
  double norm_eps = 1e-5;
};

// transformers' config.json of a CLIPTextModel (no projection) or CLIPTextModelWithProjection. Keys that are absent have the
// value of ViT-L/14. Throws not_found, io, corrupt_file, unsupported (another activation).
ClipTextConfig read_clip_text_config(const std::filesystem::path& path);
ClipTextConfig parse_clip_text_config(std::string_view json);

// From tensors in the canonical names (text/clip_layout.hpp): heads of 64 channels; quick_gelu where they are those of OpenAI's
// ViT-L/14 (768 channels), else gelu, as OpenCLIP's. Throws corrupt_file.
ClipTextConfig recognise_clip_text(const StateDict& weights);

}  // namespace inkstone
