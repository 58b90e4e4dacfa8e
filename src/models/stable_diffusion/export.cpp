#include "models/stable_diffusion/export.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "inkstone/error.hpp"
#include "models/stable_diffusion/layout/original_autoencoder.hpp"
#include "models/stable_diffusion/layout/original_unet.hpp"
#include "models/stable_diffusion/layout/text_layers.hpp"
#include "models/stable_diffusion/single_file.hpp"
#include "text/clip_layout.hpp"
#include "weights/safetensors.hpp"

namespace inkstone::sd {
namespace {

using Json = nlohmann::json;

StateDict in_export_dtype(const StateDict& weights, std::optional<at::ScalarType> dtype) {
  auto result = weights;
  if (dtype)
    for (auto& [name, tensor] : result.tensors)
      if (tensor.is_floating_point()) tensor = tensor.to(*dtype);
  return result;
}

const char* prediction_name(Prediction prediction) {
  return prediction == Prediction::v ? "v_prediction" : prediction == Prediction::sample ? "sample" : "epsilon";
}

ClipPlace text_place(const Checkpoint& checkpoint, std::size_t encoder) {
  switch (checkpoint.version) {
    case Version::sd1:
      return {"cond_stage_model.transformer.", false};
    case Version::sd2:
      return {"cond_stage_model.model.", true};
    case Version::sdxl:
      return encoder == 0 ? ClipPlace{"conditioner.embedders.0.transformer.", false}
                          : ClipPlace{"conditioner.embedders.1.model.", true};
    case Version::sdxl_refiner:
      break;
  }
  return {"conditioner.embedders.0.model.", true};
}

bool tells_itself(const UNetConfig& config, const StateDict& original) {
  return to_json(recognise_original_unet(original)) == to_json(config);
}

// Markers that later XL files carry for other tools.
void mark_prediction(StateDict& file, const Checkpoint& checkpoint) {
  if (checkpoint.unet_config.added_time_width == 0) return;
  if (checkpoint.scheduler.prediction == Prediction::v) file.tensors["v_pred"] = at::zeros({0});
  if (checkpoint.scheduler.zero_terminal_snr) file.tensors["ztsnr"] = at::zeros({0});
}

}  // namespace

Json to_json(const SchedulerSettings& s) {
  const auto solver = s.solver.empty() ? "DDIMScheduler" : s.solver;
  Json json = {{"_class_name", solver},
               {"beta_start", s.beta_first},
               {"beta_end", s.beta_last},
               {"beta_schedule", s.beta_schedule},
               {"num_train_timesteps", s.train_steps},
               {"prediction_type", prediction_name(s.prediction)},
               {"timestep_spacing", s.spacing.value_or("leading")},
               {"steps_offset", s.steps_offset.value_or(1)}};
  if (s.zero_terminal_snr) json["rescale_betas_zero_snr"] = true;
  // as Stable Diffusion was trained, where the classes' defaults are of other models
  if (solver == "DDIMScheduler" || solver == "PNDMScheduler") json["set_alpha_to_one"] = s.set_alpha_to_one.value_or(false);
  if (solver == "DDIMScheduler") json["clip_sample"] = false;
  if (solver == "PNDMScheduler") json["skip_prk_steps"] = true;
  if (s.algorithm_type) json["algorithm_type"] = *s.algorithm_type;
  if (s.solver_type) json["solver_type"] = *s.solver_type;
  if (s.solver_order) json["solver_order"] = *s.solver_order;
  if (s.final_sigmas_type) json["final_sigmas_type"] = *s.final_sigmas_type;
  if (s.use_karras_sigmas) json["use_karras_sigmas"] = *s.use_karras_sigmas;
  return json;
}

Json to_json(const TextEncoderPart& part) {
  const auto& c = part.config;
  return {{"architectures", {c.projection > 0 ? "CLIPTextModelWithProjection" : "CLIPTextModel"}},
          {"model_type", "clip_text_model"},
          {"vocab_size", c.vocabulary},
          {"hidden_size", c.width},
          {"intermediate_size", c.hidden},
          {"num_hidden_layers", c.layers},
          {"num_attention_heads", c.heads},
          {"max_position_embeddings", c.positions},
          {"layer_norm_eps", c.norm_eps},
          {"hidden_act", c.activation == TextActivation::gelu ? "gelu" : "quick_gelu"},
          {"projection_dim", c.projection > 0 ? c.projection : c.width},
          {"bos_token_id", 0},
          {"eos_token_id", 2},
          {"pad_token_id", 1},
          {"attention_dropout", 0.0}};
}

StateDict to_original_layout(const Checkpoint& checkpoint, std::optional<at::ScalarType> dtype) {
  StateDict file;
  const auto unet = renamed(checkpoint.unet, original_unet_names(checkpoint.unet_config), Direction::to_original);
  add_part(file, "model.diffusion_model.", unet);
  if (!tells_itself(checkpoint.unet_config, unet)) file.metadata[kUNetMetadata] = to_json(checkpoint.unet_config).dump();
  if (checkpoint.has_autoencoder()) {
    const auto names = original_autoencoder_names(checkpoint.autoencoder_config);
    add_part(file, "first_stage_model.",
             renamed(with_attention_as_convolutions(checkpoint.autoencoder), names, Direction::to_original));
    file.metadata[kAutoencoderMetadata] = to_json(checkpoint.autoencoder_config).dump();
  }
  for (std::size_t i = 0; i < checkpoint.text.size(); ++i) {
    file.metadata[kTextMetadata + std::to_string(i)] = to_json(checkpoint.text[i]).dump();
    auto placed = place_clip(with_unused_layer(checkpoint.text[i]), text_place(checkpoint, i));
    file.tensors.merge(placed.tensors);
  }
  file.metadata[kSchedulerMetadata] = to_json(checkpoint.scheduler).dump();
  mark_prediction(file, checkpoint);
  return in_export_dtype(file, dtype);
}

void write_single_file(const Checkpoint& checkpoint, const std::filesystem::path& path, std::optional<at::ScalarType> dtype) {
  write_safetensors(path, to_original_layout(checkpoint, dtype));
}

}  // namespace inkstone::sd
