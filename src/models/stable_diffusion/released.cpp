#include "models/stable_diffusion/released.hpp"

namespace inkstone::sd {
namespace {

ClipTextConfig vit_l() {
  return {};
}

// One layer less than the whole: the last is not used.
ClipTextConfig vit_h() {
  return {49408, 77, 1024, 23, 16, 4096, 0, TextActivation::gelu, 1e-5};
}

ClipTextConfig vit_big_g() {
  return {49408, 77, 1280, 32, 20, 5120, 1280, TextActivation::gelu, 1e-5};
}

UNetConfig released_xl() {
  UNetConfig config;
  config.channels = {320, 640, 1280};
  config.down_attention = {false, true, true};
  config.up_attention = {true, true, false};
  config.blocks = {2, 2, 2};
  config.transformer_layers = {1, 2, 10};
  config.heads = {5, 10, 20};
  config.context_width = 2048;
  config.linear_projection = true;
  config.sample_size = 128;
  config.added_time_width = 256;
  config.projection_width = 1280 + 6 * 256;
  return config;
}

UNetConfig released_refiner() {
  auto config = released_xl();
  config.channels = {384, 768, 1536, 1536};
  config.down_attention = config.up_attention = {false, true, true, false};
  config.blocks = {2, 2, 2, 2};
  config.transformer_layers = {4, 4, 4, 4};
  config.heads = {6, 12, 24, 24};
  config.context_width = 1280;
  config.projection_width = 1280 + 5 * 256;
  return config;
}

}  // namespace

UNetConfig released_unet(Version version) {
  if (version == Version::sdxl) return released_xl();
  if (version == Version::sdxl_refiner) return released_refiner();
  UNetConfig config;
  if (version == Version::sd1) return config;
  config.context_width = 1024;
  config.heads = {5, 10, 20, 20};
  config.linear_projection = true;
  return config;
}

AutoencoderConfig released_autoencoder(Version version) {
  AutoencoderConfig config;
  if (version == Version::sdxl || version == Version::sdxl_refiner) config.scaling_factor = 0.13025;
  return config;
}

std::vector<ClipTextConfig> released_text_encoders(Version version) {
  switch (version) {
    case Version::sd1:
      return {vit_l()};
    case Version::sd2:
      return {vit_h()};
    case Version::sdxl:
      return {vit_l(), vit_big_g()};
    case Version::sdxl_refiner:
      return {vit_big_g()};
  }
  return {};
}

}  // namespace inkstone::sd
