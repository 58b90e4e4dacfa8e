#include "models/unclip/folder.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "inkstone/error.hpp"
#include "models/stable_diffusion/config_reader.hpp"
#include "models/stable_diffusion/diffusers_folder.hpp"
#include "nn/fill.hpp"
#include "nn/memory.hpp"
#include "text/clip_layout.hpp"

namespace inkstone::unclip {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;

constexpr const char* kIndex = "model_index.json";

// A part of the folder: where it lies, and what its config.json says.
struct Part {
  fs::path folder;
  Json config;
  std::string origin;
};

bool has_part(const fs::path& folder, const char* name) {
  return fs::is_directory(folder / name);
}

Part part_in(const fs::path& folder, const char* name, const char* kind) {
  const auto config = folder / name / "config.json";
  if (!fs::exists(config))
    throw Error(ErrorCategory::not_found, fmt::format("{} lacks its {} ({}); get the model again, whole", folder.string(), name,
                                                      (fs::path(name) / "config.json").string()));
  Part part{folder / name, sd::read_component_json(config), config.string()};
  const sd::ConfigReader reader(part.config, part.origin);
  if (const auto found = reader.text("_class_name", kind); found != kind)
    reader.unsupported(fmt::format("a network of the kind {} where {} is built", found, kind));
  return part;
}

// Old weights keep tensors that no parameter has; every other stranger is refused.
StateDict without_buffers(StateDict weights) {
  weights.tensors.erase("causal_attention_mask");
  return weights;
}

template <class Network>
void fill_from(Network& network, const fs::path& folder, at::ScalarType dtype) {
  nn::fill(*network, without_buffers(sd::read_component_weights(folder)), {dtype, folder.string()});
}

template <class Network, class Read>
Network network_in(const fs::path& folder, const char* name, const char* kind, at::ScalarType dtype, const Read& read) {
  const auto part = part_in(folder, name, kind);
  Network network(read(part.config, part.origin));
  fill_from(network, part.folder, dtype);
  return network;
}

// Small beside the others, so always in float32.
ClipText text_in(const fs::path& folder) {
  const auto part = folder / "text_encoder";
  if (!fs::exists(part / "config.json")) part_in(folder, "text_encoder", "");
  const auto config = read_clip_text_config(part / "config.json");
  const auto weights = sd::read_component_weights(part);
  const auto places = find_clips(weights);
  if (places.empty() || config.projection == 0)
    throw Error(ErrorCategory::unsupported,
                fmt::format("{} is no CLIP text encoder with a projection, which unCLIP needs", part.string()));
  return to_clip_text(take_clip(weights, places.front()), config, {.dtype = at::kFloat, .origin = part.string()});
}

// What is done to a picture before it is seen must be what is done here.
void check_preparation(const fs::path& folder) {
  const auto path = folder / "feature_extractor" / "preprocessor_config.json";
  if (!fs::exists(path)) return;
  const auto json = sd::read_component_json(path);
  const sd::ConfigReader reader(json, path.string());
  reader.require("image_mean", {0.48145466, 0.4578275, 0.40821073});
  reader.require("image_std", {0.26862954, 0.26130258, 0.27577711});
  reader.require("resample", 3);
}

ClipVision vision_in(const fs::path& folder) {
  const auto part = folder / "image_encoder";
  if (!fs::exists(part / "config.json")) part_in(folder, "image_encoder", "");
  check_preparation(folder);
  const auto config = clip_vision_config_of(sd::read_component_json(part / "config.json"), (part / "config.json").string());
  return to_clip_vision(sd::read_component_weights(part), config, part.string());
}

ScheduleConfig schedule_in(const fs::path& folder, const char* name) {
  const auto path = folder / name / "scheduler_config.json";
  if (!fs::exists(path))
    throw Error(ErrorCategory::not_found, fmt::format("{} lacks its {}; get the model again, whole", folder.string(), name));
  return schedule_config_of(sd::read_component_json(path), path.string());
}

void fits(bool holds, const fs::path& folder, const std::string& what) {
  if (!holds)
    throw Error(ErrorCategory::corrupt_file, fmt::format("{}: {}; the parts are of different models", folder.string(), what));
}

void check_parts(const Model& model, const fs::path& folder) {
  const auto& words = model.projection->config();
  const auto &decoder = model.decoder->config(), &first = model.first->config(), &last = model.last->config();
  const auto& text = model.text->config();
  fits(
      text.width == words.embedding && text.projection == words.embedding, folder,
      fmt::format("text_encoder gives {} and {} numbers where text_proj takes {}", text.width, text.projection, words.embedding));
  fits(words.context_width == decoder.context_width && words.time_width == decoder.time_width(), folder,
       "text_proj tells the decoder what it does not take");
  fits(decoder.in_channels == 3 && first.in_channels == 6 && last.in_channels == 6, folder,
       "decoder and up-samplers do not paint in three colours");
  fits(first.side == last.side && first.side >= decoder.side, folder, "the up-samplers paint other sizes than the decoder needs");
  fits(!model.prior || (*model.prior)->config().embedding == words.embedding, folder,
       "the prior makes embeddings of another width than text_proj takes");
  fits(!model.vision || (*model.vision)->config().projection == words.embedding, folder,
       "image_encoder makes embeddings of another width than text_proj takes");
  const auto& schedules = model.schedules;
  fits(decoder.out_channels == (schedules.decoder.learned_variance ? 6 : 3), folder,
       "decoder and decoder_scheduler disagree about the variance");
  fits(first.out_channels == last.out_channels && last.out_channels == (schedules.upsampler.learned_variance ? 6 : 3), folder,
       "the up-samplers and super_res_scheduler disagree about the variance");
}

uint64_t bytes_of(const Model& model) {
  auto bytes = nn::bytes_of(*model.text) + nn::bytes_of(*model.projection) + nn::bytes_of(*model.decoder) +
               nn::bytes_of(*model.first) + nn::bytes_of(*model.last);
  if (model.prior) bytes += nn::bytes_of(**model.prior);
  if (model.vision) bytes += nn::bytes_of(**model.vision);
  return bytes;
}

std::string kind_of_index(const fs::path& index) {
  const auto json = sd::read_component_json(index);
  return json.is_object() && json.contains("_class_name") && json["_class_name"].is_string()
             ? json["_class_name"].get<std::string>()
             : "";
}

}  // namespace

fs::path unclip_folder(const fs::path& path) {
  return path.filename() == kIndex ? path.parent_path() : path;
}

bool is_unclip(const fs::path& path) try {
  const auto index = unclip_folder(path) / kIndex;
  if (!fs::exists(index)) return false;
  const auto kind = kind_of_index(index);
  return kind == "UnCLIPPipeline" || kind == "UnCLIPImageVariationPipeline";
} catch (const Error&) {
  return false;
}

fs::path decoder_file(const fs::path& path) {
  const auto folder = unclip_folder(path) / "decoder";
  if (fs::is_directory(folder))
    for (const auto& entry : fs::directory_iterator(folder))
      if (const auto ending = entry.path().extension(); ending == ".safetensors" || ending == ".bin") return entry.path();
  throw Error(ErrorCategory::not_found,
              fmt::format("{} lacks the weights of its decoder; get the model again, whole", unclip_folder(path).string()));
}

Model load_unclip(const fs::path& path, at::ScalarType dtype) {
  const auto folder = unclip_folder(path);
  const bool reads = kind_of_index(folder / kIndex) == "UnCLIPPipeline" || has_part(folder, "prior");
  const bool sees = kind_of_index(folder / kIndex) != "UnCLIPPipeline" || has_part(folder, "image_encoder");
  const auto tokens = folder / "tokenizer";
  Schedules schedules{{}, schedule_in(folder, "decoder_scheduler"), schedule_in(folder, "super_res_scheduler")};
  if (reads) schedules.prior = schedule_in(folder, "prior_scheduler");
  const auto pixels = [&](const char* name) {
    return network_in<PixelUNet>(folder, name, "UNet2DModel", dtype, upsampler_config_of);
  };
  Model model{folder.filename().string(),
              fs::exists(tokens / "vocab.json") ? ClipTokenizer::read(tokens) : ClipTokenizer::embedded(),
              text_in(folder),
              network_in<Projection>(folder, "text_proj", "UnCLIPTextProjModel", dtype, projection_config_of),
              network_in<PixelUNet>(folder, "decoder", "UNet2DConditionModel", dtype, decoder_config_of),
              pixels("super_res_first"),
              pixels("super_res_last"),
              {},
              {},
              schedules};
  if (reads) model.prior = network_in<PriorTransformer>(folder, "prior", "PriorTransformer", dtype, prior_config_of);
  if (sees) model.vision = vision_in(folder);
  check_parts(model, folder);
  model.bytes = bytes_of(model);
  return model;
}

}  // namespace inkstone::unclip
