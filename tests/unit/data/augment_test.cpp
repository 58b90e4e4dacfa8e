#include "data/augment.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "data/buckets.hpp"
#include "inkstone/error.hpp"
#include "tensor/picture.hpp"

namespace inkstone {
namespace {

at::Tensor photograph(int64_t channels, int64_t height, int64_t width) {
  at::manual_seed(4);
  const auto coarse = at::rand({1, channels, 5, 5}) * 255;
  return at::upsample_bilinear2d(coarse, {height, width}, false).squeeze(0).to(at::kByte).contiguous();
}

at::Tensor augmented(const at::Tensor& picture, PictureSize size, const AugmentOptions& options, int64_t draw, uint64_t seed = 1,
                     int64_t channels = 3) {
  at::Tensor out = at::empty({channels, size.height, size.width});
  augment_into(picture, out, options, seed, draw);
  return out;
}

TEST(Augment, IsAPureFunctionOfSeedAndDraw) {
  const auto picture = photograph(3, 40, 57);
  AugmentOptions options{.crop = "random", .crop_area = 0.5, .flip = true, .shift = 3, .color_jitter = 0.4};
  const auto first = augmented(picture, {24, 32}, options, 17);
  augmented(picture, {24, 32}, options, 18);
  EXPECT_TRUE(at::equal(first, augmented(picture, {24, 32}, options, 17)));
  EXPECT_FALSE(at::equal(first, augmented(picture, {24, 32}, options, 18)));
  EXPECT_FALSE(at::equal(first, augmented(picture, {24, 32}, options, 17, 2)));
  EXPECT_GE(first.min().item<float>(), -1);
  EXPECT_LE(first.max().item<float>(), 1);
}

TEST(Augment, RightSizeIsLeftAlone) {
  const auto picture = photograph(3, 21, 34);
  for (const auto* crop : {"center", "random", "patch", "squeeze", "pad"}) {
    const auto out = augmented(picture, {21, 34}, {.crop = crop}, 3);
    EXPECT_TRUE(at::equal(((out + 1) * 127.5).round().to(at::kByte), picture)) << crop;
  }
}

TEST(Augment, FlipMirrorsHalf) {
  const auto picture = photograph(1, 9, 12);
  const auto plain = augmented(picture, {9, 12}, {}, 0, 1, 1);
  int mirrored = 0;
  for (int64_t draw = 0; draw < 400; ++draw) {
    const auto out = augmented(picture, {9, 12}, {.flip = true}, draw, 1, 1);
    const bool is_mirrored = at::equal(out, plain.flip(2));
    EXPECT_TRUE(is_mirrored || at::equal(out, plain));
    mirrored += is_mirrored;
  }
  EXPECT_NEAR(mirrored, 200, 50);
}

TEST(Augment, CentreCropKeepsTheMiddle) {
  const auto picture = photograph(3, 30, 50);
  const auto out = augmented(picture, {30, 20}, {}, 0);
  EXPECT_TRUE(at::equal(((out + 1) * 127.5).round().to(at::kByte), picture.narrow(2, 15, 20)));
}

TEST(Augment, PatchesAreOwnPixelsFromEverywhere) {
  const auto picture = at::arange(120, at::kByte).view({1, 10, 12}).contiguous();
  std::set<float> corners;
  for (int64_t draw = 0; draw < 400; ++draw) {
    const auto out = ((augmented(picture, {8, 7}, {.crop = "patch"}, draw, 1, 1) + 1) * 127.5).round().to(at::kByte)[0];
    const int64_t first = out[0][0].item<int64_t>();
    EXPECT_TRUE(at::equal(out, picture[0].narrow(0, first / 12, 8).narrow(1, first % 12, 7)));
    corners.insert(float(first));
  }
  EXPECT_EQ(corners.size(), 3u * 6u);
}

TEST(Augment, RandomCropsReachEveryPlace) {
  const auto picture = at::arange(10, at::kByte).view({1, 1, 10}).contiguous();
  std::set<float> starts;
  for (int64_t draw = 0; draw < 200; ++draw)
    starts.insert(augmented(picture, {1, 8}, {.crop = "random"}, draw, 1, 1).view({-1})[0].item<float>());
  // a strip one pixel high is scaled to cover: its height decides, so eight of ten pixels are taken at one of three places
  EXPECT_EQ(starts.size(), 3u);
}

TEST(Augment, ShiftReflects) {
  const auto picture = at::arange(6, at::kByte).view({1, 1, 6}).contiguous();
  std::set<float> sums;
  for (int64_t draw = 0; draw < 100; ++draw) {
    const auto out = ((augmented(picture, {1, 6}, {.shift = 1}, draw, 1, 1) + 1) * 127.5).round().view({-1});
    sums.insert(out[0].item<float>() * 10 + out[5].item<float>());
  }
  EXPECT_EQ(sums, (std::set<float>{5, 14, 14 - 10 + 10}));
}

TEST(Augment, PadLaysOnBlack) {
  const auto picture = at::full({1, 4, 8}, 255, at::kByte);
  const auto out = augmented(picture, {8, 8}, {.crop = "pad"}, 0, 1, 1);
  EXPECT_EQ(out.narrow(1, 0, 2).max().item<float>(), -1);
  EXPECT_EQ(out.narrow(1, 2, 4).min().item<float>(), 1);
  EXPECT_EQ(out.narrow(1, 6, 2).max().item<float>(), -1);
}

TEST(Augment, ScalingAgreesWithTorch) {
  for (const auto size : {PictureSize{17, 23}, PictureSize{64, 90}, PictureSize{5, 3}}) {
    const auto picture = photograph(3, 40, 57);
    const auto ours = resampled(picture, {0, 0, 40, 57}, size);
    const auto torch = resize(picture.to(at::kFloat).unsqueeze(0), size.height, size.width).squeeze(0);
    EXPECT_LT((ours - torch).abs().max().item<float>(), 0.01f) << size.height;
  }
}

TEST(Augment, GreyAndColourOnlyWhenAsked) {
  const auto colour = at::empty({3, 2, 2}, at::kByte);
  colour[0].fill_(100), colour[1].fill_(50), colour[2].fill_(200);
  const auto grey = augmented(colour, {2, 2}, {.convert_channels = true}, 0, 1, 1);
  EXPECT_NEAR(grey[0][0][0].item<float>(), (0.299 * 100 + 0.587 * 50 + 0.114 * 200) / 127.5 - 1, 1e-5);
  EXPECT_THROW(augmented(colour, {2, 2}, {}, 0, 1, 1), Error);
  const auto back = augmented(at::full({1, 2, 2}, 7, at::kByte), {2, 2}, {.convert_channels = true}, 0);
  EXPECT_TRUE(at::equal(back[0], back[2]));
}

TEST(Buckets, HaveAboutTheAreaAndTheStep) {
  for (const auto size : bucket_sizes({64, 64}, 16)) {
    EXPECT_EQ(size.height % 16, 0);
    EXPECT_EQ(size.width % 16, 0);
    EXPECT_LE(size.height * size.width, 64 * 64);
    EXPECT_LE(std::max(size.height, size.width), 3 * std::min(size.height, size.width));
  }
  EXPECT_THROW(bucket_sizes({8, 8}, 16), Error);
}

}  // namespace
}  // namespace inkstone
