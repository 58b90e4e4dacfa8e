// The small unCLIP model of make_unclip.py as a folder, and the photograph that its picture encoder sees.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "golden/stable_diffusion_reference.hpp"
#include "weights/safetensors.hpp"

namespace inkstone::unclip {

using Json = nlohmann::json;

inline const Json& reference() {
  static const Json json = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/unclip.json"));
  return json;
}

inline void write_text(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

// kind: UnCLIPPipeline or UnCLIPImageVariationPipeline; both: with the parts of the other kind too. Without a tokeniser: the
// built-in one is the same.
inline void write_unclip_folder(const std::filesystem::path& folder, const std::string& kind, bool both = false) {
  std::filesystem::remove_all(folder);
  write_text(folder / "model_index.json", Json{{"_class_name", kind}, {"_diffusers_version", "0.27.2"}}.dump());
  for (const auto& [name, config] : reference()["configs"].items()) {
    const bool of_words = name == "prior", of_pictures = name == "image_encoder";
    if (!both && (kind == "UnCLIPPipeline" ? of_pictures : of_words)) continue;
    write_text(folder / name / "config.json", config.dump());
    const bool encoder = name == "text_encoder" || of_pictures;
    write_safetensors(folder / name / (encoder ? "model.safetensors" : "diffusion_pytorch_model.safetensors"),
                      sd::reference_weights(reference()["parameters"][name]));
  }
  for (const auto& [name, config] : reference()["schedulers"].items())
    if (both || kind == "UnCLIPPipeline" || name != "prior_scheduler")
      write_text(folder / name / "scheduler_config.json", config.dump());
}

// As make_unclip.py draws it: [1,3,side,side] in [0,1].
inline at::Tensor photograph() {
  const int64_t side = reference()["side"];
  const auto x = at::arange(side, at::kDouble).view({1, side}).expand({side, side}),
             y = at::arange(side, at::kDouble).view({side, 1}).expand({side, side});
  const auto rgb = at::stack({127 + 120 * (x * 0.07).sin(), 127 + 120 * (y * 0.09).cos(), 127 + 120 * ((x + y) * 0.05).sin()});
  return (rgb.floor().to(at::kFloat) / 255).unsqueeze(0);
}

}  // namespace inkstone::unclip
