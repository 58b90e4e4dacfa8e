#include "ingest/preparation.hpp"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "ingest/edge_smoothing.hpp"
#include "ingest/perceptual_hash.hpp"
#include "ingest/smart_crop.hpp"
#include "unit/ingest/pictures.hpp"

namespace inkstone {
namespace {

using namespace test;

TEST(Preparation, GivesTheSizeAsked) {
  for (const auto* crop : {"center", "random", "smart", "squeeze"})
    for (const Size size : {Size{20, 20}, Size{31, 17}, Size{100, 40}, Size{1, 1}}) {
      const auto result = prepared(picture(1, 57, 40), {.size = size, .crop = crop}, 3);
      EXPECT_EQ(result.width, size.width);
      EXPECT_EQ(result.height, size.height);
    }
}

TEST(Preparation, ShorterSideKeepsTheShapeAndNeverEnlarges) {
  const auto small = prepared(picture(1, 90, 60), {.shorter_side = 20}, 0);
  EXPECT_EQ(small.width, 30);
  EXPECT_EQ(small.height, 20);
  EXPECT_EQ(prepared(picture(1, 90, 60), {.shorter_side = 200}, 0).width, 90);
}

TEST(Preparation, RandomCropsArePureAndMove) {
  const auto crop = [](std::int64_t index) {
    return prepared(picture(4, 90, 32), {.size = {32, 32}, .crop = "random", .seed = 5}, index).pixels;
  };
  EXPECT_EQ(crop(1), crop(1));
  EXPECT_NE(crop(1), crop(2));
}

TEST(Preparation, SmartCropFindsTheDetail) {
  Image image(200, 60, 3);
  std::fill(image.pixels.begin(), image.pixels.end(), 0.5f);
  for (int y = 10; y < 50; ++y)
    for (int x = 150; x < 190; ++x) image.at(x, y, 0) = (x + y) % 6 < 3 ? 1.0f : 0.0f;
  EXPECT_GT(smart_place(image, 60, 60), 0.75);
  const auto crop = prepared(image, {.size = {60, 60}, .crop = "smart"}, 0);
  EXPECT_GT(*std::max_element(crop.pixels.begin(), crop.pixels.end()), 0.9f);
  EXPECT_EQ(smart_place(picture(1, 50, 50), 20, 20), 0.5);
}

TEST(EdgeSmoothing, BlursEdgesAlone) {
  Image image(40, 24, 3);
  for (int y = 0; y < 24; ++y)
    for (int x = 0; x < 40; ++x)
      for (int c = 0; c < 3; ++c) image.at(x, y, c) = x < 20 ? 0.1f : 0.9f;
  const auto edges = canny_edges(image, 100, 200);
  for (int y = 0; y < 24; ++y) EXPECT_EQ(std::accumulate(edges.begin() + y * 40, edges.begin() + (y + 1) * 40, 0), 1) << y;
  const auto smooth = smooth_edges(image);
  EXPECT_EQ(smooth.at(5, 12, 0), 0.1f);
  EXPECT_EQ(smooth.at(35, 12, 0), 0.9f);
  EXPECT_GT(smooth.at(19, 12, 0), 0.2f);
  EXPECT_LT(smooth.at(20, 12, 0), 0.8f);
}

TEST(EdgeSmoothing, IsPartOfAPreparationWithItsSettings) {
  const auto image = picture(2, 60, 48);
  const EdgeSmoothing wide{20, 60, 9, 7};
  EXPECT_EQ(prepared(image, {.smooth_edges = true, .edges = wide}, 0).pixels, smooth_edges(image, wide).pixels);
  EXPECT_NE(smooth_edges(image, wide).pixels, image.pixels);
  EXPECT_EQ(smooth_edges(image, {2000, 2040, 5, 5}).pixels, image.pixels);  // no edge is that strong
}

TEST(PerceptualHash, LikenessIsNear) {
  const auto original = picture(3, 200, 150);
  const auto hash = perceptual_hash(original);
  EXPECT_LE(hamming_distance(hash, perceptual_hash(resize(original, 77, 60))), 4);
  auto darker = original;
  for (auto& v : darker.pixels) v *= 0.8f;
  EXPECT_LE(hamming_distance(hash, perceptual_hash(darker)), 4);
  EXPECT_GT(hamming_distance(hash, perceptual_hash(picture(4, 200, 150))), 10);
}

TEST(PerceptualHash, IndexFindsWhatSearchingAllFinds) {
  std::vector<std::uint64_t> hashes;
  HashIndex index;
  std::uint64_t state = 1;
  for (int i = 0; i < 600; ++i) {
    // few bits vary, so that many are near each other
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    const auto hash = state >> 40 & 0x0f0f0f;
    for (const int distance : {0, 3}) {
      std::int64_t first = -1;
      for (std::size_t k = 0; k < hashes.size() && first < 0; ++k)
        if (hamming_distance(hashes[k], hash) <= distance) first = static_cast<std::int64_t>(k);
      ASSERT_EQ(index.nearest_within(hash, distance), first);
    }
    index.add(hash, static_cast<std::int64_t>(hashes.size()));
    hashes.push_back(hash);
  }
}

}  // namespace
}  // namespace inkstone
