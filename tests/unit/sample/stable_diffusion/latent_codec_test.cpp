#include "sample/stable_diffusion/latent_codec.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "sample/stable_diffusion/memory_need.hpp"
#include "sample/stable_diffusion/preview.hpp"

namespace inkstone::sd {
namespace {

struct Listener : Observer {
  std::vector<std::string> messages;
  void on_message(std::string_view message) override { messages.emplace_back(message); }
};

// Of moderate contrast, so that a seam would show.
Checkpoint small_autoencoder() {
  at::manual_seed(4);
  Checkpoint checkpoint;
  checkpoint.autoencoder_config.channels = {8, 16, 16, 16};
  checkpoint.autoencoder_config.blocks = 1;
  checkpoint.autoencoder_config.groups = 4;
  for (const auto& item : AutoencoderKL(checkpoint.autoencoder_config)->named_parameters()) {
    const auto shape = item.value().sizes();
    const bool flat = shape.size() == 1;
    const double fan_in = flat ? 1 : double(item.value().numel() / shape[0]);
    checkpoint.autoencoder.tensors[item.key()] =
        flat ? (item.key().ends_with("weight") ? at::ones(shape) : at::zeros(shape)) : at::randn(shape) * 0.7 / std::sqrt(fan_in);
  }
  return checkpoint;
}

double decibels(const at::Tensor& a, const at::Tensor& b) {
  return -10 * std::log10((a - b).square().mean().item<double>() / 4);
}

TEST(LatentCodec, DecodesInTilesWhatItDecodesWhole) {
  Listener observer;
  LatentCodec codec(small_autoencoder(), at::kFloat);
  const auto latents = at::upsample_bilinear2d(at::randn({1, 4, 6, 8}), {40, 56}, false);
  const auto whole = codec.decode(latents, {}, observer), tiles = codec.decode(latents, {.tiled = true, .tile = 192}, observer);
  EXPECT_EQ(whole.sizes(), tiles.sizes());
  EXPECT_GT(decibels(whole, tiles), 25);
  EXPECT_EQ(decibels(whole, codec.decode(latents, {.tiled = true, .tile = 448}, observer)), INFINITY);
}

TEST(LatentCodec, EncodesInTilesWhatItEncodesWhole) {
  LatentCodec codec(small_autoencoder(), at::kFloat);
  const auto picture = at::upsample_bilinear2d(at::rand({1, 3, 8, 10}) * 2 - 1, {256, 320}, false);
  const auto whole = codec.encode(picture, {}, {}), tiles = codec.encode(picture, {}, {.tiled = true, .tile = 128});
  EXPECT_EQ(whole.sizes(), tiles.sizes());
  // Norms see other statistics in each tile, which a network of random weights feels strongly.
  EXPECT_GT(((whole * tiles).sum() / (whole.norm() * tiles.norm())).item<double>(), 0.85);
  EXPECT_TRUE(at::equal(whole, codec.encode(picture, {}, {.tiled = true, .tile = 320})));
}

// A picture that wraps stays itself when it is shifted: every place is like every other.
TEST(LatentCodec, WrapsWholeAndInTiles) {
  Listener observer;
  LatentCodec codec(small_autoencoder(), at::kFloat);
  const auto latents = at::randn({1, 4, 16, 24});
  const auto picture = [&](const at::Tensor& z, nn::Wrapping wrapping) {
    return codec.decode(z, {.wrapping = wrapping}, observer);
  };
  EXPECT_LT((picture(latents.roll({5, 7}, {2, 3}), {true, true}).roll({-40, -56}, {2, 3}) - picture(latents, {true, true}))
                .abs()
                .max()
                .item<double>(),
            1e-4);
  EXPECT_LT(
      (picture(latents.roll(7, 3), {true, false}).roll(-56, 3) - picture(latents, {true, false})).abs().max().item<double>(),
      1e-4);
  EXPECT_GT((picture(latents.roll(7, 3), {}).roll(-56, 3) - picture(latents, {})).abs().max().item<double>(), 1e-2);
  const auto tiles = codec.decode(latents, {.tiled = true, .tile = 96, .wrapping = {true, true}}, observer);
  const auto edge = (tiles.select(3, 0) - tiles.select(3, 191)).abs().mean(),
             inside = (tiles.select(3, 96) - tiles.select(3, 95)).abs().mean();
  EXPECT_LT(edge.item<double>(), 3 * inside.item<double>());
}

// bfloat16 ends at 3.39e38, float32 at 3.40e38.
TEST(LatentCodec, DecodesAgainInFloat32WhereReducedPrecisionOverflows) {
  auto checkpoint = small_autoencoder();
  checkpoint.autoencoder.tensors["decoder.conv_out.bias"].fill_(3.4e38);
  Listener observer;
  LatentCodec rough(checkpoint, at::kBFloat16);
  for (int time = 0; time < 2; ++time) EXPECT_TRUE(rough.decode(at::randn({1, 4, 8, 8}), {}, observer).eq(1).all().item<bool>());
  ASSERT_EQ(observer.messages.size(), 1u);  // said once
  EXPECT_NE(observer.messages[0].find("float32"), std::string::npos);
}

TEST(LatentCodec, RefusesATinyAutoencoderOfOtherLatents) {
  LatentCodec codec(small_autoencoder(), at::kFloat);
  TinyAutoencoderConfig config;
  config.latent_channels = 16;
  EXPECT_THROW(codec.use_tiny(TinyAutoencoder(config)), Error);
  EXPECT_THROW(codec.quick(at::zeros({1, 4, 8, 8})), Error);
}

TEST(MemoryNeed, GrowsWithThePictureAndTurnsOnTilesOnlyWhereItMust) {
  Listener observer;
  const AutoencoderConfig autoencoder;
  const auto need = decoder_bytes(autoencoder, {512, 512}, 1, at::kFloat);
  EXPECT_EQ(decoder_bytes(autoencoder, {1024, 512}, 1, at::kFloat), 2 * need);
  EXPECT_EQ(network_bytes({}, {512, 512}, 8, 2, at::kBFloat16) * 2, network_bytes({}, {512, 512}, 8, 2, at::kFloat));
  CodecOptions whole, tiled;
  fit_into_memory(need, 0, autoencoder, {512, 512}, 1, at::kFloat, whole, observer);
  EXPECT_FALSE(whole.tiled);
  EXPECT_TRUE(observer.messages.empty());
  fit_into_memory(need, 0, autoencoder, {1024, 1024}, 1, at::kFloat, tiled, observer);
  EXPECT_TRUE(tiled.tiled);
  EXPECT_EQ(observer.messages.size(), 1u);
  EXPECT_LE(decoder_bytes(autoencoder, {tiled.tile, tiled.tile}, 1, at::kFloat), need);
  EXPECT_THROW(fit_into_memory(need / 100, 0, autoencoder, {1024, 1024}, 1, at::kFloat, tiled, observer), Error);
  EXPECT_THROW(fit_into_memory(need, need + 1, autoencoder, {64, 64}, 1, at::kFloat, whole, observer), Error);
}

TEST(Preview, ProjectionHasThePicturesSizeAndIsLinear) {
  const auto a = at::randn({1, 4, 8, 12}), b = at::randn({1, 4, 8, 12});
  const auto seen = [](const at::Tensor& x) { return projected(x, Version::sd1, 8); };
  EXPECT_EQ(seen(a).sizes(), at::IntArrayRef({1, 3, 64, 96}));
  EXPECT_TRUE(at::allclose(seen(a + 2 * b), seen(a) + 2 * seen(b), 1e-4, 1e-4));
  EXPECT_EQ(projected(at::randn({1, 16, 4, 4}), Version::sd1, 8).size(1), 3);
}

}  // namespace
}  // namespace inkstone::sd
