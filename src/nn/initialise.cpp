#include "nn/initialise.hpp"

#include <ATen/ATen.h>

#include "nn/norm_rectifier.hpp"

namespace inkstone::nn {
namespace {

void initialise_own(torch::nn::Module& layer, const c10::optional<at::Generator>& generator, double deviation) {
  const double centre = layer.as<NormRectifierImpl>() != nullptr ? 1 : 0;
  for (auto& parameter : layer.named_parameters(false)) {
    if (parameter.key() == "bias")
      parameter.value().zero_();
    else if (parameter.key().rfind("weight", 0) == 0)
      parameter.value().normal_(centre, deviation, generator);
  }
}

}  // namespace

void initialise_dcgan(torch::nn::Module& network, c10::optional<at::Generator> generator, double deviation) {
  const at::NoGradGuard frozen;
  for (const auto& layer : network.modules())
    if (layer->as<torch::nn::EmbeddingImpl>() == nullptr) initialise_own(*layer, generator, deviation);
}

}  // namespace inkstone::nn
