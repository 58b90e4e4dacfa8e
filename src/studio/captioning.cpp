#include "studio/captioning.hpp"

#include <ATen/ATen.h>

#include "data/augment.hpp"
#include "families/captioner/captioner.hpp"
#include "models/captioner/embedded_weights.hpp"
#include "nn/memory.hpp"
#include "tensor/picture.hpp"
#include "train/model_file.hpp"
#include "weights/safetensors.hpp"

namespace inkstone::studio {
namespace {

using captioner::Captioner;

Loaded<Captioner> ready_captioner(const StateDict& model) {
  auto captioner = std::make_shared<Captioner>(open_captioner(model));
  const auto bytes = nn::bytes_of(*captioner->network);
  return {std::move(captioner), bytes};
}

}  // namespace

std::shared_ptr<Captioner> captioner_of(const ModelRef& model, LoadedModels& models) {
  if (model.empty()) {
    const auto weights = captioner::embedded_captioner();
    return models.get<Captioner>(embedded_key("captioner", weights.size()),
                                 [&] { return ready_captioner(read_safetensors(weights)); });
  }
  return models.get<Captioner>(model_key({model.value}), [&] { return ready_captioner(read_model(model.value)); });
}

captioner::Caption caption_of(Captioner& captioner, const Image& picture, const std::string& language) {
  const auto& config = captioner.network->config();
  const auto bytes = to_tensor(picture).squeeze(0).mul(255).round_().clamp_(0, 255).to(at::kByte).contiguous();
  const auto seen = at::empty({config.channels, config.height, config.width});
  augment_into(bytes, seen, {.convert_channels = true}, 0, 0);
  return captioner.say(seen.unsqueeze(0), language == "chinese" ? captioner::Language::chinese : captioner::Language::english);
}

}  // namespace inkstone::studio
