#include "families/stylegan/import.hpp"

#include <cmath>

#include "core/options.hpp"
#include "families/stylegan/stylegan.hpp"
#include "inkstone/error.hpp"
#include "models/stylegan/official.hpp"
#include "train/model_file.hpp"

namespace inkstone {
namespace {

const char* architecture_name(stylegan::Architecture architecture) {
  switch (architecture) {
    case stylegan::Architecture::original:
      return "orig";
    case stylegan::Architecture::skip:
      return "skip";
    case stylegan::Architecture::residual:
      break;
  }
  return "resnet";
}

StyleganOptions options_of(const stylegan::Config& config) {
  StyleganOptions options;
  options.latent = int(config.latent), options.style = int(config.style);
  options.mapping_layers = int(config.mapping_layers);
  options.channel_base = int(config.channel_base), options.channel_max = int(config.channel_max);
  options.generator_architecture = architecture_name(config.generator);
  options.discriminator_architecture = architecture_name(config.discriminator);
  options.activation_limit = config.clamp;
  options.deviation_group = int(config.group);
  options.conditional = config.classes > 0;
  return options;
}

// The family's networks are built with the usual ones.
void require_usual(const stylegan::Config& config) {
  const stylegan::Config usual;
  const auto taps = config.filter(), ours = usual.filter();
  bool same = taps.size() == ours.size() && config.mapping_rate == usual.mapping_rate;
  for (std::size_t k = 0; same && k < taps.size(); ++k) same = std::abs(taps[k] - ours[k]) < 1e-5;
  if (!same)
    throw Error(ErrorCategory::unsupported,
                "the file's network resamples by another filter than [1,3,3,1], or maps at another rate than 0.01");
}

}  // namespace

StateDict imported_stylegan(const StateDict& file) {
  const auto networks = stylegan::official_networks(file);
  require_usual(networks.config);
  StateDict model;
  for (const auto& [name, tensor] : networks.generator.tensors) model.tensors["generator." + name] = tensor;
  if (networks.discriminator)
    for (const auto& [name, tensor] : networks.discriminator->tensors) model.tensors["discriminator." + name] = tensor;
  PictureShape shape{networks.config.channels, networks.config.height, networks.config.width, {}};
  for (int64_t k = 0; k < networks.config.classes; ++k) shape.classes.push_back(std::to_string(k));
  describe(model, {"stylegan", to_json(options_of(networks.config)).dump(), shape});
  return model;
}

}  // namespace inkstone
