#include <ATen/ATen.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "inkstone/error.hpp"
#include "models/stable_diffusion/export.hpp"
#include "models/stable_diffusion/layout/original_autoencoder.hpp"
#include "text/clip_tokenizer_files.hpp"
#include "weights/safetensors.hpp"

namespace inkstone::sd {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;

class FolderWriter {
 public:
  FolderWriter(fs::path folder, std::optional<at::ScalarType> dtype) : folder_(std::move(folder)), dtype_(dtype) {
    std::error_code failed;
    if (fs::exists(folder_) && !fs::is_empty(folder_, failed))
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("{} is there already and not empty; name a new folder", folder_.string()));
  }

  fs::path component(const char* name) const {
    std::error_code failed;
    fs::create_directories(folder_ / name, failed);
    if (failed) throw Error(ErrorCategory::io, fmt::format("cannot make {}: {}", (folder_ / name).string(), failed.message()));
    return folder_ / name;
  }

  void json(const fs::path& path, const Json& json) const { write_file_atomic(path, as_bytes(json.dump(2) + "\n")); }

  void weights(const fs::path& path, const StateDict& weights) const {
    StateDict result;
    for (const auto& [name, tensor] : weights.tensors)
      result.tensors.emplace(name, dtype_ && tensor.is_floating_point() ? tensor.to(*dtype_) : tensor);
    result.metadata["format"] = "pt";  // transformers asks for it
    write_safetensors(path, result);
  }

 private:
  fs::path folder_;
  std::optional<at::ScalarType> dtype_;
};

const char* pipeline_name(const Checkpoint& checkpoint) {
  const bool xl = checkpoint.version == Version::sdxl, inpaint = checkpoint.task() == Task::inpaint,
             instruct = checkpoint.task() == Task::instruct;
  if (checkpoint.version == Version::sdxl_refiner) return "StableDiffusionXLImg2ImgPipeline";
  if (inpaint) return xl ? "StableDiffusionXLInpaintPipeline" : "StableDiffusionInpaintPipeline";
  if (instruct) return xl ? "StableDiffusionXLInstructPix2PixPipeline" : "StableDiffusionInstructPix2PixPipeline";
  return xl ? "StableDiffusionXLPipeline" : "StableDiffusionPipeline";
}

// The refiner's one encoder is XL's second.
bool is_second(const Checkpoint& checkpoint, std::size_t encoder) {
  return encoder == 1 || checkpoint.version == Version::sdxl_refiner;
}

void write_text_encoder(const FolderWriter& writer, const Checkpoint& checkpoint, std::size_t encoder, Json& index) {
  const auto& part = checkpoint.text[encoder];
  const std::string end = is_second(checkpoint, encoder) ? "_2" : "";
  const auto folder = writer.component(("text_encoder" + end).c_str());
  writer.json(folder / "config.json", to_json(part));
  writer.weights(folder / "model.safetensors", part.weights);
  const bool open_clip = part.config.activation == TextActivation::gelu;
  write_clip_tokenizer(writer.component(("tokenizer" + end).c_str()),
                       open_clip ? ClipPadding::exclamation : ClipPadding::end_mark);
  index["text_encoder" + end] = {"transformers", part.config.projection > 0 ? "CLIPTextModelWithProjection" : "CLIPTextModel"};
  index["tokenizer" + end] = {"transformers", "CLIPTokenizer"};
}

Json index_of(const Checkpoint& checkpoint) {
  const Json none = {nullptr, nullptr};
  const auto scheduler = to_json(checkpoint.scheduler)["_class_name"];
  Json index = {{"_class_name", pipeline_name(checkpoint)},
                {"_diffusers_version", "0.27.2"},
                {"unet", {"diffusers", "UNet2DConditionModel"}},
                {"scheduler", {"diffusers", scheduler}},
                {"text_encoder", none},
                {"tokenizer", none}};
  if (checkpoint.has_autoencoder()) index["vae"] = {"diffusers", "AutoencoderKL"};
  if (checkpoint.unet_config.added_time_width > 0) {
    index.update(
        {{"text_encoder_2", none}, {"tokenizer_2", none}, {"force_zeros_for_empty_prompt", checkpoint.zeros_for_empty_prompt}});
    if (checkpoint.version == Version::sdxl_refiner) index["requires_aesthetics_score"] = true;
  } else {
    index.update({{"safety_checker", none}, {"feature_extractor", none}, {"requires_safety_checker", false}});
  }
  return index;
}

}  // namespace

void write_diffusers_folder(const Checkpoint& checkpoint, const fs::path& path, std::optional<at::ScalarType> dtype) {
  const FolderWriter writer(path, dtype);
  auto index = index_of(checkpoint);
  const auto unet = writer.component("unet");
  writer.json(unet / "config.json", to_json(checkpoint.unet_config));
  writer.weights(unet / "diffusion_pytorch_model.safetensors", checkpoint.unet);
  if (checkpoint.has_autoencoder()) {
    const auto vae = writer.component("vae");
    writer.json(vae / "config.json", to_json(checkpoint.autoencoder_config));
    writer.weights(vae / "diffusion_pytorch_model.safetensors", with_attention_as_matrices(checkpoint.autoencoder));
  }
  for (std::size_t encoder = 0; encoder < checkpoint.text.size(); ++encoder)
    write_text_encoder(writer, checkpoint, encoder, index);
  writer.json(writer.component("scheduler") / "scheduler_config.json", to_json(checkpoint.scheduler));
  writer.json(path / "model_index.json", index);  // last: a folder without it is no model
}

}  // namespace inkstone::sd
