#include "eval/memorisation.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "eval/nearest_rows.hpp"
#include "eval/perceptual_extractor.hpp"
#include "inkstone/error.hpp"
#include "tensor/noise.hpp"

namespace inkstone {
namespace {

at::Tensor unit_rows(int64_t count, uint64_t seed) {
  const auto rows = at::randn({count, 24}, generator_of(seed));
  return rows / rows.norm(2, 1, true);
}

TEST(NearestRows, AreThoseThatALoopFinds) {
  const auto from = unit_rows(7, 1), among = unit_rows(31, 2);
  const auto found = nearest_rows(from, among, 3);
  for (int64_t i = 0; i < 7; ++i) {
    std::vector<std::pair<double, int64_t>> all;
    for (int64_t k = 0; k < 31; ++k) all.emplace_back((from[i] - among[k]).norm().item<double>(), k);
    std::sort(all.begin(), all.end());
    for (int64_t k = 0; k < 3; ++k) {
      EXPECT_NEAR(found.distances[i][k].item<double>(), all[std::size_t(k)].first, 1e-5);
      EXPECT_EQ(found.indices[i][k].item<int64_t>(), all[std::size_t(k)].second);
    }
  }
  EXPECT_THROW(nearest_rows(from, at::zeros({0, 24})), Error);
}

TEST(NearestRows, PassOverPicturesThatAreThereTwice) {
  auto rows = unit_rows(5, 3);
  rows[3] = rows[1];
  const auto others = distances_to_others(rows);
  EXPECT_GT(others.min().item<double>(), 0.1);
  EXPECT_TRUE(std::isinf(distances_to_others(rows.narrow(0, 0, 1))[0].item<double>()));
}

// A model that says what it was taught, one that does not, and one that does so every fourth time.
TEST(Memorisation, TellsCopiesFromPaintings) {
  const auto training = unit_rows(400, 4), held_out = unit_rows(300, 5), fresh = unit_rows(100, 6);
  auto copies = training.narrow(0, 50, 100) + at::randn({100, 24}, generator_of(7)) * 0.003;
  const auto copied = memorisation(copies, training, held_out);
  EXPECT_EQ(copied.share, 1);
  EXPECT_TRUE(at::equal(copied.nearest, at::arange(50, 150)));
  EXPECT_TRUE(copied.from_held_out);
  EXPECT_EQ(copied.references, 300);
  EXPECT_LT(memorisation(fresh, training, held_out).share, 0.06);
  EXPECT_LT(memorisation(fresh, training).share, 0.06);
  EXPECT_FALSE(memorisation(fresh, training).from_held_out);
  EXPECT_EQ(memorisation(copies, training).share, 1);
  auto some = fresh.clone();
  some.slice(0, 0, 100, 4).copy_(copies.slice(0, 0, 100, 4));
  EXPECT_NEAR(memorisation(some, training, held_out).share, 0.25, 0.05);
}

TEST(Memorisation, NeedsPicturesToCompareWith) {
  EXPECT_THROW(memorisation(unit_rows(4, 1), unit_rows(1, 2)), Error);
  EXPECT_THROW(memorisation(unit_rows(0, 1), unit_rows(4, 2)), Error);
  EXPECT_NO_THROW(memorisation(unit_rows(4, 1), unit_rows(1, 2), unit_rows(3, 3)));
}

TEST(PerceptualExtractor, APictureIsNearerToItsCopyThanToAnother) {
  const auto extractor = make_perceptual_extractor();
  const auto picture =
      at::randint(0, 256, {1, 3, 6, 6}, generator_of(1), at::kByte).repeat_interleave(12, 2).repeat_interleave(12, 3);
  const auto other =
      at::randint(0, 256, {1, 3, 6, 6}, generator_of(2), at::kByte).repeat_interleave(12, 2).repeat_interleave(12, 3);
  const auto noisy = (picture.to(at::kFloat) + at::randn(picture.sizes(), generator_of(3)) * 6).clamp(0, 255).to(at::kByte);
  const auto a = (*extractor)(picture).features, b = (*extractor)(noisy).features, c = (*extractor)(other).features;
  EXPECT_EQ(a.size(1), extractor->dimension());
  EXPECT_NEAR(a.norm().item<double>(), 1, 1e-5);
  EXPECT_LT((a - b).norm().item<double>(), 0.3 * (a - c).norm().item<double>());
  EXPECT_NO_THROW((*extractor)(picture.narrow(1, 0, 1)));
  EXPECT_THROW((*extractor)(at::zeros({1, 2, 8, 8}, at::kByte)), Error);
}

}  // namespace
}  // namespace inkstone
