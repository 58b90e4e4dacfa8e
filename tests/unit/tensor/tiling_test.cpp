#include "tensor/tiling.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace inkstone {
namespace {

TEST(TilePlaces, CoverASideFromEndToEndWithTheOverlapAskedFor) {
  for (int64_t length = 1; length < 200; ++length)
    for (const int64_t unit : {1, 8}) {
      const Tiling tiling{40, 9};
      const auto places = tile_places(length * unit, tiling, unit);
      const int64_t size = 40;
      EXPECT_EQ(places.front(), 0);
      if (length * unit > size) {
        EXPECT_EQ(places.back(), length * unit - size);
      }
      for (std::size_t k = 1; k < places.size(); ++k) {
        EXPECT_GT(places[k], places[k - 1]);
        EXPECT_LE(places[k], places[k - 1] + size - 9);
        EXPECT_EQ(places[k] % unit, 0);
      }
    }
}

TEST(OverTiles, OfWhatActsOnEachPlaceIsTheWhole) {
  const auto x = at::rand({2, 3, 50, 77});
  const auto squared = over_tiles(x, {16, 5}, {}, [](const at::Tensor& t) { return t * t; });
  EXPECT_TRUE(at::allclose(squared, x * x, 1e-5, 1e-6));
}

TEST(OverTiles, ChangesSizesAsTheFunctionDoes) {
  const auto x = at::rand({1, 2, 24, 40});
  const auto up =
      over_tiles(x, {16, 4}, {4, 1}, [](const at::Tensor& t) { return t.repeat_interleave(4, 2).repeat_interleave(4, 3); });
  EXPECT_TRUE(at::allclose(up, x.repeat_interleave(4, 2).repeat_interleave(4, 3), 1e-5, 1e-6));
  const auto large = at::rand({1, 2, 96, 160});
  const auto down = over_tiles(large, {64, 16}, {1, 8}, [](const at::Tensor& t) { return at::avg_pool2d(t, {8, 8}); });
  EXPECT_TRUE(at::allclose(down, at::avg_pool2d(large, {8, 8}), 1e-5, 1e-6));
}

// Tiles that know nothing of one another differ by a constant each; the blend never jumps by more than a part of it.
TEST(OverTiles, BlendsWhatTilesDisagreeOnWithoutASeam) {
  int tile = 0;
  const auto steps =
      over_tiles(at::zeros({1, 1, 8, 64}), {24, 12}, {}, [&](const at::Tensor& t) { return at::full_like(t, tile++ % 2); });
  ASSERT_GT(tile, 2);
  EXPECT_LT((steps.slice(3, 1) - steps.slice(3, 0, 63)).abs().max().item<double>(), 0.15);
}

}  // namespace
}  // namespace inkstone
