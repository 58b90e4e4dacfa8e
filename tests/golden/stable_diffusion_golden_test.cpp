// U-Nets and autoencoders of Stable Diffusion against diffusers, by make_stable_diffusion.py. The configurations are read as
// diffusers writes them, and every parameter is asked for by the name and shape that it has there.
#include "inkstone/error.hpp"
#include "models/stable_diffusion/autoencoder_kl.hpp"
#include "models/stable_diffusion/control_net.hpp"
#include "models/stable_diffusion/t2i_adapter.hpp"
#include "models/stable_diffusion/tiny_autoencoder.hpp"
#include "models/stable_diffusion/unet.hpp"
#include "stable_diffusion_reference.hpp"

namespace inkstone::sd {
namespace {

constexpr double kFloat32 = 1e-4;

struct Inputs {
  at::Tensor x, time;
  Conditioning condition;
};

Inputs inputs_of(const Json& golden, const UNetConfig& config) {
  const int64_t n = 2, h = golden["size"][0], w = golden["size"][1], ids = golden["ids"];
  Inputs inputs{wave({n, config.in_channels, h, w}, 0.37), at::arange(n, at::kFloat) * 321 + 1, {}};
  inputs.condition.context = wave({n, 7, config.context_width}, 0.23);
  if (config.added_time_width > 0) {
    inputs.condition.pooled = wave({n, config.projection_width - ids * config.added_time_width}, 0.31);
    inputs.condition.time_ids = (at::arange(n * ids, at::kFloat).fmod(7) * 64).view({n, ids});
  }
  if (config.guidance_width > 0) inputs.condition.guidance = wave({n, config.guidance_width}, 0.41);
  if (config.num_classes > 0) inputs.condition.labels = at::arange(n, at::kLong) + 3;
  return inputs;
}

Residuals residuals_of(const UNetConfig& config, int64_t h, int64_t w) {
  Residuals residuals;
  double place = 0;
  const auto add = [&](int64_t channels) { residuals.down.push_back(0.1 * wave({2, channels, h, w}, 0.13, place++)); };
  add(config.channels.front());
  for (int64_t level = 0; level < config.levels(); ++level) {
    for (int64_t block = 0; block < config.blocks[level]; ++block) add(config.channels[level]);
    if (level + 1 == config.levels()) break;
    h = (h + 1) / 2, w = (w + 1) / 2;
    add(config.channels[level]);
  }
  residuals.middle = 0.1 * wave({2, config.channels.back(), h, w}, 0.13, place);
  return residuals;
}

TEST(StableDiffusionGolden, UNetsEqualDiffusers) {
  for (const auto& [name, golden] : goldens("unet").items()) {
    SCOPED_TRACE(name);
    const auto config = unet_config_of(golden["config"], "config.json");
    auto unet = filled(UNet2DConditionModel(config), golden);
    const auto inputs = inputs_of(golden, config);
    expect_close(unet(inputs.x, inputs.time, inputs.condition), golden["output"], kFloat32);
    const auto residuals = residuals_of(config, golden["size"][0], golden["size"][1]);
    expect_close(unet(inputs.x, inputs.time, inputs.condition, residuals), golden["steered"], kFloat32);
  }
}

TEST(StableDiffusionGolden, WeakenedUNetsEqualDiffusers) {
  for (const auto& [name, golden] : goldens("unet").items()) {
    SCOPED_TRACE(name);
    const auto config = unet_config_of(golden["config"], "config.json");
    auto unet = filled(UNet2DConditionModel(config), golden);
    const auto inputs = inputs_of(golden, config);
    const auto answer = [&] { return unet(inputs.x, inputs.time, inputs.condition); };
    unet->weaken(Weakness::attention, {});
    expect_close(answer(), golden["perturbed"], kFloat32);
    unet->weaken(Weakness::skipped, {0});
    expect_close(answer(), golden["skipped"], kFloat32);
    unet->weaken(Weakness::none, {});
    expect_close(answer(), golden["output"], kFloat32);
    EXPECT_THROW(unet->weaken(Weakness::skipped, {999}), Error);
  }
}

TEST(StableDiffusionGolden, KeptDeepFeaturesAreThoseOfTheWholeStep) {
  for (const auto& [name, golden] : goldens("unet").items()) {
    SCOPED_TRACE(name);
    const auto config = unet_config_of(golden["config"], "config.json");
    auto unet = filled(UNet2DConditionModel(config), golden);
    const auto inputs = inputs_of(golden, config);
    unet->set_deep_features(DeepFeatures::keep);
    expect_close(unet(inputs.x, inputs.time, inputs.condition), golden["output"], kFloat32);
    unet->set_deep_features(DeepFeatures::reuse);
    expect_close(unet(inputs.x, inputs.time, inputs.condition), golden["output"], kFloat32);
    expect_close(unet(0.5 * inputs.x, 2 * inputs.time, inputs.condition), golden["cached"], 2 * kFloat32);  // two evaluations
    unet->weaken(Weakness::attention, {});  // nothing was kept for the weakened network
    expect_close(unet(inputs.x, inputs.time, inputs.condition), golden["perturbed"], kFloat32);
  }
}

// Networks of random weights magnify rounding: what counts is that ours strays no further than the reference does in bfloat16.
TEST(StableDiffusionGolden, BFloat16StraysNoFurtherThanDiffusersDoes) {
  for (const char* name : {"SD 1", "SD 2", "XL"}) {
    SCOPED_TRACE(name);
    const auto& golden = goldens("unet")[name];
    const auto config = unet_config_of(golden["config"], "config.json");
    UNet2DConditionModel unet(config);
    nn::fill(*unet, reference_weights(golden["parameters"]), {at::kBFloat16, "reference"});
    const auto inputs = inputs_of(golden, config);
    const auto y = unet(inputs.x.to(at::kBFloat16), inputs.time, inputs.condition);
    EXPECT_EQ(y.scalar_type(), at::kBFloat16);
    EXPECT_LT(error_of(y, golden["output"]), 1.5 * golden["bfloat16_error"].get<double>());
  }
}

TEST(StableDiffusionGolden, ConfigsComeBack) {
  for (const auto& [name, golden] : goldens("unet").items()) {
    const auto written = to_json(unet_config_of(golden["config"], "config.json"));
    EXPECT_EQ(to_json(unet_config_of(written, "written")), written) << name;
  }
}

TEST(StableDiffusionGolden, AutoencodersEqualDiffusers) {
  for (const auto& [name, golden] : goldens("autoencoder").items()) {
    SCOPED_TRACE(name);
    auto net = filled(AutoencoderKL(autoencoder_config_of(golden["config"], "config.json")), golden);
    const int64_t h = golden["size"][0], w = golden["size"][1], down = net->config().downscale();
    const auto latent = net->encode(wave({2, 3, h, w}, 0.17));
    expect_close(latent.mean, golden["mean"], kFloat32);
    expect_close(latent.logvar, golden["logvar"], kFloat32);
    expect_close(net->decode(wave({2, 4, h / down, w / down}, 0.37)), golden["decoded"], kFloat32);
  }
}

TEST(StableDiffusionGolden, TinyAutoencodersEqualDiffusers) {
  for (const auto& [name, golden] : goldens("tiny").items()) {
    SCOPED_TRACE(name);
    auto net = filled(TinyAutoencoder(recognise_tiny_autoencoder(reference_weights(golden["parameters"]))), golden);
    const int64_t h = golden["size"][0], w = golden["size"][1];
    expect_close(net->encode(wave({2, 3, h, w}, 0.17)), golden["latent"], kFloat32);
    expect_close(net->decode(4 * wave({2, 4, h / 8, w / 8}, 0.37)), golden["decoded"], kFloat32);
  }
}

TEST(StableDiffusionGolden, ControlNetsEqualDiffusers) {
  for (const auto& [name, golden] : goldens("control").items()) {
    SCOPED_TRACE(name);
    const auto config = control_net_config_of(golden["config"], "config.json");
    auto net = filled(ControlNetModel(config), golden);
    const auto inputs = inputs_of(golden, config.unet);
    const auto picture = wave({2, 3, 8 * inputs.x.size(2), 8 * inputs.x.size(3)}, 0.17);
    for (const bool guess : {false, true}) {
      auto residuals = net->forward(inputs.x, inputs.time, inputs.condition, picture, 0.7, guess);
      residuals.down.push_back(residuals.middle);
      const auto& expected = golden[guess ? "guessed" : "residuals"];
      ASSERT_EQ(residuals.down.size(), expected.size());
      for (std::size_t i = 0; i < expected.size(); ++i) expect_close(residuals.down[i], expected[i], kFloat32);
    }
  }
}

TEST(StableDiffusionGolden, AdaptersEqualDiffusers) {
  for (const auto& [name, golden] : goldens("adapter").items()) {
    SCOPED_TRACE(name);
    auto net = filled(T2IAdapter(t2i_adapter_config_of(golden["config"], "config.json")), golden);
    Residuals residuals;
    const int64_t h = golden["size"][0], w = golden["size"][1];
    residuals.adapter = net->forward(wave({2, 3, 8 * h, 8 * w}, 0.17));
    ASSERT_EQ(residuals.adapter.size(), golden["features"].size());
    for (std::size_t i = 0; i < residuals.adapter.size(); ++i)
      expect_close(residuals.adapter[i], golden["features"][i], kFloat32);
    if (!golden.contains("steered")) continue;
    const auto config = unet_config_of(golden["unet"], "config.json");
    UNet2DConditionModel unet(config);
    nn::fill(*unet, reference_weights(golden["unet_parameters"]), {at::kFloat, "reference"});
    const auto inputs = inputs_of(golden, config);
    expect_close(unet(inputs.x, inputs.time, inputs.condition, residuals), golden["steered"], kFloat32);
  }
}

}  // namespace
}  // namespace inkstone::sd
