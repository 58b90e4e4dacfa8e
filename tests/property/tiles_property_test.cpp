#include <algorithm>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "dream/tiles.hpp"

namespace inkstone::dream {
namespace {

int64_t halo_of(const Reach& reach) {
  return (reach.radius + reach.reduction - 1) / reach.reduction * reach.reduction;
}

TEST(TilesProperty, CellsPartitionThePictureAndWindowsReachFarEnough) {
  EXPECT_TRUE(rc::check("every pixel is in one cell, and its window sees as far as the network does", [] {
    const Reach reach{*rc::gen::element<int64_t>(1, 2, 4, 8, 16), *rc::gen::inRange<int64_t>(0, 80)};
    const int64_t halo = halo_of(reach);
    const int64_t height = *rc::gen::inRange<int64_t>(1, 400), width = *rc::gen::inRange<int64_t>(1, 400);
    const int64_t window = 2 * halo + reach.reduction * *rc::gen::inRange<int64_t>(1, 12);
    std::vector<int> covered(std::size_t(height * width));
    for (const auto& tile : cut_tiles(height, width, window, reach)) {
      RC_ASSERT(tile.window_y.begin <= std::max<int64_t>(0, tile.cell_y.begin - halo));
      RC_ASSERT(tile.window_y.end >= std::min(height, tile.cell_y.end + halo));
      RC_ASSERT(tile.window_x.begin <= std::max<int64_t>(0, tile.cell_x.begin - halo));
      RC_ASSERT(tile.window_x.end >= std::min(width, tile.cell_x.end + halo));
      RC_ASSERT(tile.cell_y.begin % reach.reduction == 0);
      RC_ASSERT(tile.cell_x.begin % reach.reduction == 0);
      for (int64_t y = tile.cell_y.begin; y < tile.cell_y.end; ++y)
        for (int64_t x = tile.cell_x.begin; x < tile.cell_x.end; ++x) ++covered[std::size_t(y * width + x)];
    }
    RC_ASSERT(std::all_of(covered.begin(), covered.end(), [](int times) { return times == 1; }));
  }));
}

}  // namespace
}  // namespace inkstone::dream
