#include "models/stylegan/official.hpp"

#include <algorithm>
#include <cstdlib>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::stylegan {
namespace {

constexpr const char* kFilter = "resample_filter";
constexpr int64_t kMostLevels = 9, kMostLayers = 32;
constexpr double kFilterTolerance = 1e-5, kMostGroup = 4096;

[[noreturn]] void built_otherwise(const std::string& what) {
  throw Error(ErrorCategory::unsupported, fmt::format("the file's network is no StyleGAN2 known here: {}", what));
}

bool holds(const StateDict& file, const std::string& prefix) {
  const auto first = file.tensors.lower_bound(prefix);
  return first != file.tensors.end() && first->first.starts_with(prefix);
}

double setting(const StateDict& file, const std::string& name, double otherwise) {
  const auto found = file.metadata.find(name);
  return found == file.metadata.end() ? otherwise : std::strtod(found->second.c_str(), nullptr);
}

StateDict part(const StateDict& file, const std::string& prefix) {
  StateDict result;
  for (auto found = file.tensors.lower_bound(prefix); found != file.tensors.end() && found->first.starts_with(prefix); ++found)
    if (!found->first.ends_with(kFilter)) result.tensors[found->first.substr(prefix.size())] = found->second.to(at::kFloat);
  return result;
}

Architecture architecture_of(const StateDict& network, const std::string& picture_layer, const std::string& shortcut) {
  if (network.contains(picture_layer)) return Architecture::skip;
  return network.contains(shortcut) ? Architecture::residual : Architecture::original;
}

int64_t count_layers(const StateDict& network, const std::string& prefix) {
  int64_t layers = 0;
  while (layers < kMostLayers && network.contains(fmt::format("{}fc{}.weight", prefix, layers))) ++layers;
  return layers;
}

// What the two-dimensional filter of the file is the product of.
nn::Taps taps_of(const at::Tensor& filter) {
  const auto plain = filter.to(at::kDouble);
  const auto rows = plain.dim() == 2 ? plain.sum(1) : plain;
  if (plain.dim() == 2 && (plain - rows.view({-1, 1}) * plain.sum(0).view({1, -1})).abs().max().item<double>() > kFilterTolerance)
    built_otherwise("its filter is not separable");
  if (rows.numel() < 2 || rows.numel() > 64) built_otherwise(fmt::format("its filter has {} taps", rows.numel()));
  return {rows.data_ptr<double>(), rows.data_ptr<double>() + rows.numel()};
}

// The widths follow from two numbers: so many features at one pixel, and the most.
void read_widths(Config& config, const StateDict& generator, int64_t levels) {
  const auto width = [&](int64_t level) {
    return generator.at(fmt::format("synthesis.{}.conv1.weight", block_name(level)), {-1, -1, 3, 3}).size(0);
  };
  for (int64_t level = 0; level <= levels; ++level)
    config.channel_max = std::max(level == 0 ? 1 : config.channel_max, width(level));
  config.channel_base = width(levels) * (int64_t(4) << levels);
  for (int64_t level = levels; level >= 0; --level)
    if (width(level) != config.channel_max)
      config.channel_base = std::max(config.channel_base, width(level) * (int64_t(4) << level));
  for (int64_t level = 0; level <= levels; ++level)
    if (config.features_at(level) != width(level))
      built_otherwise(fmt::format("{} features at its level {}", width(level), level));
}

Config generator_config(const StateDict& generator) {
  Config config;
  int64_t levels = 0;
  while (levels < kMostLevels && generator.contains(fmt::format("synthesis.{}.conv1.weight", block_name(levels + 1)))) ++levels;
  const auto& base = generator.at("synthesis.b4.const", {-1, -1, -1});
  config.height = base.size(1) << levels;
  config.width = base.size(2) << levels;
  if (config.levels() != levels)
    built_otherwise(fmt::format("{}x{} pixels from a base of {}x{}", config.width, config.height, base.size(2), base.size(1)));
  config.channels = generator.at(fmt::format("synthesis.{}.torgb.weight", block_name(levels)), {-1, -1, 1, 1}).size(0);
  config.style = generator.at("mapping.w_avg", {-1}).size(0);
  const int64_t embedded = generator.contains("mapping.embed.weight") ? config.style : 0;
  if (embedded > 0) config.classes = generator.at("mapping.embed.weight", {config.style, -1}).size(1);
  config.latent = generator.at("mapping.fc0.weight", {-1, -1}).size(1) - embedded;
  config.mapping_layers = count_layers(generator, "mapping.");
  config.generator = architecture_of(generator, "synthesis.b4.torgb.weight", "synthesis.b8.skip.weight");
  read_widths(config, generator, levels);
  return config;
}

void read_discriminator(Config& config, const StateDict& discriminator) {
  config.discriminator = architecture_of(discriminator, "b4.fromrgb.weight", block_name(config.levels()) + ".skip.weight");
  config.group_features = discriminator.at("b4.conv.weight", {-1, -1, 3, 3}).size(1) - config.features_at(0);
  if (config.classes > 0) config.label_mapping_layers = count_layers(discriminator, "mapping.");
}

}  // namespace

bool is_official(const StateDict& file) {
  return file.contains("G_ema.synthesis.b4.const") || file.contains("G.synthesis.b4.const");
}

OfficialNetworks official_networks(const StateDict& file) {
  if (!is_official(file)) built_otherwise("it has no synthesis.b4.const");
  const std::string name = holds(file, "G_ema.") ? "G_ema." : "G.";
  OfficialNetworks result;
  result.generator = part(file, name);
  result.config = generator_config(result.generator);
  result.config.taps = taps_of(file.at(fmt::format("{}synthesis.b8.{}", name, kFilter)));
  result.config.clamp = setting(file, name + "init_kwargs.synthesis_kwargs.conv_clamp", 0);
  result.config.mapping_rate = setting(file, name + "init_kwargs.mapping_kwargs.lr_multiplier", result.config.mapping_rate);
  if (!holds(file, "D.b4.")) return result;
  result.discriminator = part(file, "D.");
  read_discriminator(result.config, *result.discriminator);
  const double group = setting(file, "D.init_kwargs.epilogue_kwargs.mbstd_group_size", double(result.config.group));
  result.config.group = int64_t(std::clamp(group, 1.0, kMostGroup));
  return result;
}

}  // namespace inkstone::stylegan
