#include "models/stable_diffusion/first_stage.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/stable_diffusion/config_reader.hpp"

namespace inkstone::sd {
namespace {

constexpr const char* kWithCodebook = "VQModel";

AutoencoderConfig layers_of(const FirstStageConfig& config) {
  auto layers = config.layers;
  layers.moments = config.codes == 0;
  return layers;
}

}  // namespace

FirstStageConfig first_stage_config_of(const nlohmann::json& json, const std::string& origin) {
  const ConfigReader reader(json, origin);
  FirstStageConfig config{autoencoder_config_of(json, origin)};
  if (reader.text("_class_name", "") != kWithCodebook) return config;
  reader.require("norm_type", "group");
  reader.require("lookup_from_codebook", false);
  config.codes = reader.integer("num_vq_embeddings", 256);
  if (config.codes < 1) reader.corrupt("has an impossible number of codes");
  if (reader.integer("vq_embed_dim", config.layers.latent_channels) != config.layers.latent_channels)
    reader.unsupported("a codebook of another width than the latent");
  return config;
}

nlohmann::json to_json(const FirstStageConfig& config) {
  auto json = to_json(config.layers);
  if (config.codes == 0) return json;
  json.update(
      {{"_class_name", kWithCodebook}, {"num_vq_embeddings", config.codes}, {"vq_embed_dim", config.layers.latent_channels}});
  json.erase("force_upcast");
  return json;
}

FirstStageImpl::FirstStageImpl(const FirstStageConfig& config)
    : config_(config), encoder(layers_of(config)), decoder(config.layers) {
  register_module("encoder", encoder);
  register_module("decoder", decoder);
  const auto& layers = config.layers;
  const int64_t width = layers.latent_channels, said = has_codebook() ? width : 2 * width;
  if (layers.quant_conv) quant_conv = register_module("quant_conv", nn::FrozenConv2d(said, said, 1, 1, 0));
  if (layers.post_quant_conv) post_quant_conv = register_module("post_quant_conv", nn::FrozenConv2d(width, width, 1, 1, 0));
  if (has_codebook()) quantize = register_module("quantize", VectorQuantiser(config.codes, width));
}

LatentDistribution FirstStageImpl::encode(const at::Tensor& pictures) {
  const int64_t unit = config_.layers.downscale();
  if (pictures.dim() != 4 || pictures.size(1) != config_.layers.in_channels || pictures.size(2) % unit != 0 ||
      pictures.size(3) % unit != 0)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the first stage takes pictures of {} channels with sides that are multiples of {}",
                            config_.layers.in_channels, unit));
  auto said = encoder(pictures.contiguous(at::MemoryFormat::ChannelsLast));
  if (quant_conv) said = quant_conv(said);
  said = said.to(at::kFloat);
  if (has_codebook()) return {said, {}};
  const auto halves = said.chunk(2, 1);
  return {halves[0], halves[1].clamp(-30, 20)};
}

at::Tensor FirstStageImpl::decode(const at::Tensor& latents) {
  const auto z = latents.contiguous(at::MemoryFormat::ChannelsLast);
  return decoder(post_quant_conv ? post_quant_conv(z) : z).to(at::kFloat);
}

Quantised FirstStageImpl::quantised(const at::Tensor& latents) {
  if (!has_codebook()) throw Error(ErrorCategory::bad_argument, "this first stage has no codebook");
  return quantize(latents);
}

}  // namespace inkstone::sd
