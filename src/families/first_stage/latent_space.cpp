#include "families/first_stage/latent_space.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "families/first_stage/first_stage.hpp"
#include "families/painting.hpp"
#include "inkstone/error.hpp"
#include "models/stable_diffusion/diffusers_folder.hpp"
#include "models/stable_diffusion/layout/original_autoencoder.hpp"
#include "nn/fill.hpp"
#include "nn/mixed_precision.hpp"
#include "nn/thaw.hpp"
#include "train/model_file.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

bool is_layout(const std::string& text) {
  return text.starts_with("{");
}

// No weights where it is a layout alone.
FirstStageFile open_first_stage(const std::string& text) {
  if (is_layout(text)) return {sd::first_stage_config_of(nlohmann::json::parse(text, nullptr, false), "first-stage"), {}};
  const fs::path path = text;
  if (const auto config = path / "config.json"; fs::exists(config))
    return {sd::first_stage_config_of(sd::read_component_json(config), config.string()),
            sd::with_new_attention_names(sd::read_component_weights(path))};
  if (!fs::exists(path))
    throw Error(ErrorCategory::not_found,
                fmt::format("there is no first stage {}; name a run of inkstone train first-stage, or a vae folder", text));
  const auto model = read_model(path);
  if (const auto family = description_of(model).family; family != "first-stage")
    throw Error(ErrorCategory::bad_argument, fmt::format("{} is a model of the family {}, not a first stage", text, family));
  return first_stage_of_model(model);
}

// Tells networks apart by their bytes.
std::string fingerprint(const torch::nn::Module& network, const std::string& layout) {
  std::size_t sum = std::hash<std::string>()(layout);
  for (const auto& parameter : network.parameters()) {
    const auto bytes = parameter.detach().to(at::kCPU).contiguous();
    sum = sum * 31 + std::hash<std::string_view>()({static_cast<const char*>(bytes.data_ptr()), bytes.nbytes()});
  }
  return fmt::format("{:016x}", sum);
}

}  // namespace

LatentSpace::LatentSpace(const std::string& first_stage) {
  const auto file = open_first_stage(first_stage);
  network_ = sd::FirstStage(file.config);
  nn::thaw(*network_);  // memory of its own, which a finished model or a checkpoint may be copied into
  for (auto& parameter : network_->parameters()) parameter.requires_grad_(false);
  if (is_layout(first_stage)) return;
  StateDict own;
  for (const auto& [name, tensor] : file.weights.tensors) own.tensors[name] = tensor.clone();
  nn::fill(*network_, own, {at::kFloat, first_stage});
}

std::string LatentSpace::layout() const {
  return to_json(network_->config()).dump();
}

PictureShape LatentSpace::shape_of(const PictureShape& pictures) const {
  const auto& layers = network_->config().layers;
  const int64_t unit = layers.downscale();
  if (pictures.channels != layers.in_channels || pictures.height % unit != 0 || pictures.width % unit != 0)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the first stage takes pictures of {} channels with sides that are multiples of {}, not {}x{} in {}",
                            layers.in_channels, unit, pictures.width, pictures.height, pictures.channels));
  return {layers.latent_channels, pictures.height / unit, pictures.width / unit, pictures.classes};
}

// One at a time: kernels choose by the size of a batch, and a latent is not to depend on when it was first asked for.
at::Tensor LatentSpace::encode_one(const at::Tensor& picture) {
  const at::NoGradGuard constant;
  const nn::FullPrecision full;
  const auto& layers = network_->config().layers;
  const auto mean = network_->encode(picture.to(device_of(*network_), at::kFloat)).mean;
  return ((mean - layers.shift_factor) * layers.scaling_factor).to(at::kCPU, at::kHalf).contiguous();
}

at::Tensor LatentSpace::encode(const at::Tensor& pictures) {
  std::vector<at::Tensor> latents;
  for (const auto& given : pictures.split(1)) {
    const auto picture = given.to(at::kCPU).contiguous();
    if (!keeps_) {
      latents.push_back(encode_one(picture));
      continue;
    }
    if (!cache_) {  // not before the first step: a run that goes on has put its own weights in
      const auto shape = shape_of({pictures.size(1), pictures.size(2), pictures.size(3), {}});
      cache_ = std::make_unique<LatentCache>(folder_, fingerprint(*network_, layout()),
                                             std::vector<int64_t>{1, shape.channels, shape.height, shape.width});
    }
    latents.push_back(cache_->of(picture, [&] { return encode_one(picture); }));
  }
  return at::cat(latents).to(pictures.device(), at::kFloat);
}

at::Tensor LatentSpace::decode(const at::Tensor& latents) {
  const at::NoGradGuard constant;
  const auto& layers = network_->config().layers;
  const auto z = latents.to(device_of(*network_)) / layers.scaling_factor + layers.shift_factor;
  return network_->decode(network_->has_codebook() ? network_->quantised(z).latents : z).clamp(-1, 1);
}

}  // namespace inkstone
