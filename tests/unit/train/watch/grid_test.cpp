#include "train/watch/grid.hpp"

#include <gtest/gtest.h>

#include <torch/types.h>

#include "unit/train/watch/run_folder.hpp"

namespace inkstone {
namespace {

using test::RunFolder;

TEST(PictureGrid, places_pictures_row_by_row_with_gaps) {
  const auto pictures = at::stack({at::full({3, 4, 5}, -1.0), at::full({3, 4, 5}, 1.0), at::full({3, 4, 5}, 0.0)});
  const auto grid = picture_grid(pictures, 2);
  ASSERT_EQ(grid.sizes().vec(), (std::vector<int64_t>{3, 10, 12}));
  EXPECT_EQ(grid.scalar_type(), at::kByte);
  const auto at = [&](int64_t y, int64_t x) { return grid[0][y][x].item<int>(); };
  EXPECT_EQ(at(0, 0), 0);
  EXPECT_EQ(at(3, 4), 0);
  EXPECT_EQ(at(0, 5), 128);
  EXPECT_EQ(at(0, 7), 255);
  EXPECT_EQ(at(4, 0), 128);
  EXPECT_EQ(at(6, 0), 128);   // 127.5 rounded to even
  EXPECT_EQ(at(9, 11), 128);  // an empty place
}

TEST(PictureGrid, clamps_and_survives_what_is_not_finite) {
  const float nan = std::nanf(""), inf = INFINITY;
  const auto grid = picture_grid(at::tensor({-3.0f, 3.0f, nan, inf, -inf}).view({1, 1, 1, 5}), 8);
  EXPECT_TRUE(at::equal(grid, at::tensor({0, 255, 0, 255, 0}, at::kByte).view({1, 1, 5})));
}

TEST(PictureGrid, refuses_what_it_cannot_lay_out) {
  EXPECT_EQ(test::category_of([] { picture_grid(at::zeros({3, 4, 4}), 2); }), ErrorCategory::bad_argument);
  EXPECT_EQ(test::category_of([] { picture_grid(at::zeros({1, 3, 4, 4}), 0); }), ErrorCategory::bad_argument);
  EXPECT_EQ(test::category_of([] { picture_grid(at::zeros({0, 3, 4, 4}), 1); }), ErrorCategory::bad_argument);
}

TEST(SampleFolder, keeps_one_file_per_step_and_drops_those_beyond) {
  const RunFolder folder;
  SampleFolder samples(folder.path());
  samples.on_start({}, 0);
  for (const int64_t step : {100, 200, 1234567}) samples.on_pictures(step, "samples", at::zeros({1, 4, 4}, at::kByte));
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "samples" / "step-000100.png"));
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "samples" / "step-1234567.png"));
  folder.put("samples/notes.txt", "");
  samples.on_start({}, 150);
  EXPECT_TRUE(std::filesystem::exists(grid_file(folder.path(), "samples", 100)));
  EXPECT_FALSE(std::filesystem::exists(grid_file(folder.path(), "samples", 200)));
  EXPECT_FALSE(std::filesystem::exists(grid_file(folder.path(), "samples", 1234567)));
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "samples" / "notes.txt"));
}

TEST(SampleFolder, tags_become_plain_names) {
  EXPECT_EQ(grid_file("run", "walk/../x", 5), std::filesystem::path("run/walk----x/step-000005.png"));
  EXPECT_EQ(step_of_grid("run/samples/step-000123.png"), 123);
  for (const auto* other : {"step-.png", "step-12x.png", "step-000123.jpg", "a.png"}) EXPECT_EQ(step_of_grid(other), -1) << other;
}

}  // namespace
}  // namespace inkstone
