#include "models/stable_diffusion/diffusers_folder.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "inkstone/error.hpp"
#include "models/stable_diffusion/config_reader.hpp"
#include "models/stable_diffusion/layout/original_autoencoder.hpp"
#include "text/clip_layout.hpp"
#include "weights/load.hpp"

namespace inkstone::sd {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kMostJson = std::uint64_t(16) << 20;
constexpr const char* kStems[] = {"diffusion_pytorch_model", "model", "pytorch_model"};

// Python writes numbers that JSON does not have ("lambda_min_clipped": -Infinity); no field that is read here holds one.
std::string without_infinities(std::string_view text) {
  constexpr std::string_view kWords[] = {"-Infinity", "Infinity", "NaN"};
  std::string result;
  for (bool quoted = false; !text.empty();) {
    const auto word = std::find_if(std::begin(kWords), std::end(kWords), [&](auto w) { return !quoted && text.starts_with(w); });
    const std::size_t taken = word != std::end(kWords) ? word->size() : quoted && text.size() > 1 && text[0] == '\\' ? 2 : 1;
    quoted ^= text[0] == '"';
    result += word != std::end(kWords) ? "null" : text.substr(0, taken);
    text.remove_prefix(taken);
  }
  return result;
}

// The shards that an index names, each a file of the folder itself.
StateDict read_shards(const fs::path& index) {
  const auto json = read_component_json(index);
  if (!json.contains("weight_map") || !json["weight_map"].is_object())
    throw Error(ErrorCategory::corrupt_file, fmt::format("{} has no 'weight_map'", index.string()));
  std::set<std::string> files;
  for (const auto& file : json["weight_map"]) {
    if (!file.is_string() || fs::path(file.get<std::string>()).filename() != file.get<std::string>())
      throw Error(ErrorCategory::corrupt_file, fmt::format("{} names a shard outside its folder", index.string()));
    files.insert(file.get<std::string>());
  }
  StateDict all;
  for (const auto& file : files) all.tensors.merge(load_weights(index.parent_path() / file).tensors);
  return all;
}

std::optional<StateDict> read_if_there(const fs::path& folder, const std::string& stem, const std::string& variant,
                                       const std::string& type) {
  if (const auto whole = folder / (stem + variant + type); fs::exists(whole)) return load_weights(whole);
  // diffusers puts the variant before or after ".index"
  for (const auto& name : {stem + type + ".index" + variant + ".json", stem + variant + type + ".index.json"})
    if (fs::exists(folder / name)) return read_shards(folder / name);
  return {};
}

// "unet": ["diffusers", "UNet2DConditionModel"] -> the class; empty where the component is absent or null.
std::string class_of(const Json& index, const char* component) {
  const auto found = index.find(component);
  if (found == index.end() || !found->is_array() || found->size() != 2 || !(*found)[1].is_string()) return "";
  return (*found)[1].get<std::string>();
}

void read_unet(Checkpoint& checkpoint, const fs::path& folder) {
  checkpoint.unet_config = unet_config_of(read_component_json(folder / "config.json"), (folder / "config.json").string());
  checkpoint.unet = read_component_weights(folder);
}

void read_autoencoder(Checkpoint& checkpoint, const fs::path& folder) {
  checkpoint.autoencoder_config =
      autoencoder_config_of(read_component_json(folder / "config.json"), (folder / "config.json").string());
  checkpoint.autoencoder = with_new_attention_names(read_component_weights(folder));
}

TextEncoderPart read_text_encoder(const fs::path& folder) {
  TextEncoderPart part;
  part.config = read_clip_text_config(folder / "config.json");
  const auto weights = read_component_weights(folder);
  const auto places = find_clips(weights);
  if (places.empty()) throw Error(ErrorCategory::corrupt_file, fmt::format("{} holds no CLIP text encoder", folder.string()));
  part.weights = take_clip(weights, places.front());
  return part;
}

}  // namespace

Json read_component_json(const fs::path& path) {
  auto json = Json::parse(without_infinities(read_file(path, kMostJson)), nullptr, false);
  if (json.is_discarded())
    throw Error(ErrorCategory::corrupt_file, fmt::format("{} is not JSON; get the file again", path.string()));
  return json;
}

StateDict read_component_weights(const fs::path& folder) {
  for (const char* variant : {"", ".fp16", ".fp32", ".bf16", ".non_ema"})
    for (const char* type : {".safetensors", ".bin"})
      for (const char* stem : kStems)
        if (auto weights = read_if_there(folder, stem, variant, type)) return std::move(*weights);
  throw Error(
      ErrorCategory::not_found,
      fmt::format("{} holds no weights: neither diffusion_pytorch_model nor model, as .safetensors or .bin", folder.string()));
}

namespace {

template <class Value, class Read>
void read_given(const Json& config, const char* key, std::optional<Value>& value, const Read& read) {
  if (const auto found = config.find(key); found != config.end() && !found->is_null()) value = read(key);
}

}  // namespace

SchedulerSettings scheduler_settings_of(const Json& config, const std::string& origin) {
  const ConfigReader reader(config, origin);
  SchedulerSettings settings;
  const auto prediction = reader.text("prediction_type", "epsilon");
  if (prediction == "v_prediction")
    settings.prediction = Prediction::v;
  else if (prediction == "sample")
    settings.prediction = Prediction::sample;
  else if (prediction != "epsilon")
    reader.unsupported("'prediction_type' = " + prediction);
  settings.beta_schedule = reader.text("beta_schedule", "linear");
  if (settings.beta_schedule != "linear" && settings.beta_schedule != "scaled_linear" &&
      settings.beta_schedule != "squaredcos_cap_v2")
    reader.unsupported("'beta_schedule' = " + settings.beta_schedule);
  reader.require("trained_betas", nullptr);
  settings.beta_first = reader.number("beta_start", 0.0001);
  settings.beta_last = reader.number("beta_end", 0.02);
  settings.train_steps = reader.integer("num_train_timesteps", 1000);
  if (!(settings.beta_first > 0) || !(settings.beta_last < 1) || settings.beta_first > settings.beta_last ||
      settings.train_steps < 2)
    reader.corrupt("has an impossible noise schedule");
  settings.zero_terminal_snr = reader.boolean("rescale_betas_zero_snr", false);
  settings.solver = reader.text("_class_name", "");
  read_given(config, "timestep_spacing", settings.spacing, [&](auto key) { return reader.text(key, ""); });
  read_given(config, "algorithm_type", settings.algorithm_type, [&](auto key) { return reader.text(key, ""); });
  read_given(config, "solver_type", settings.solver_type, [&](auto key) { return reader.text(key, ""); });
  read_given(config, "final_sigmas_type", settings.final_sigmas_type, [&](auto key) { return reader.text(key, ""); });
  read_given(config, "steps_offset", settings.steps_offset, [&](auto key) { return reader.integer(key, 0); });
  read_given(config, "solver_order", settings.solver_order, [&](auto key) { return reader.integer(key, 0); });
  read_given(config, "set_alpha_to_one", settings.set_alpha_to_one, [&](auto key) { return reader.boolean(key, true); });
  read_given(config, "use_karras_sigmas", settings.use_karras_sigmas, [&](auto key) { return reader.boolean(key, false); });
  return settings;
}

Checkpoint load_diffusers_folder(const fs::path& path) {
  const auto folder = fs::is_directory(path) ? path : path.parent_path();
  if (!fs::exists(folder / "model_index.json"))
    throw Error(ErrorCategory::not_found,
                fmt::format("{} holds no model_index.json, so it is no diffusers model", folder.string()));
  const auto index = read_component_json(folder / "model_index.json");
  if (class_of(index, "unet") != "UNet2DConditionModel")
    throw Error(ErrorCategory::unsupported, fmt::format("{} is a model of the kind {}, not Stable Diffusion", folder.string(),
                                                        index.is_object() ? index.value("_class_name", "unknown") : "unknown"));
  Checkpoint checkpoint;
  checkpoint.path = folder;
  read_unet(checkpoint, folder / "unet");
  if (class_of(index, "vae") == "AutoencoderKL") read_autoencoder(checkpoint, folder / "vae");
  for (const char* name : {"text_encoder", "text_encoder_2"})
    if (const auto kind = class_of(index, name); kind.starts_with("CLIPText"))
      checkpoint.text.push_back(read_text_encoder(folder / name));
    else if (!kind.empty())
      throw Error(ErrorCategory::unsupported, fmt::format("{} has a text encoder of the kind {}", folder.string(), kind));
  if (const auto scheduler = folder / "scheduler" / "scheduler_config.json"; fs::exists(scheduler))
    checkpoint.scheduler = scheduler_settings_of(read_component_json(scheduler), scheduler.string());
  checkpoint.zeros_for_empty_prompt = ConfigReader(index, "model_index.json").boolean("force_zeros_for_empty_prompt", false);
  checkpoint.version = version_of(checkpoint.unet_config);
  return checkpoint;
}

}  // namespace inkstone::sd
