#include "studio/diffusion/axis_grid.hpp"

#include <gtest/gtest.h>

#include "inkstone/error.hpp"

namespace inkstone::studio {
namespace {

PaintRequest fox() {
  PaintRequest request;
  request.prompt = "a fox, red";
  return request;
}

TEST(AxisGrid, ReadsAxesByAnyNameOfAnOption) {
  const auto axes = parse_axes("steps=10, 20; sampler=euler,heun ;replace=fox,\"an owl, grey\"", fox());
  ASSERT_EQ(axes.size(), 3u);
  EXPECT_EQ(axes[1].option, "sampling-method");
  EXPECT_EQ(axes[2].values[1], "an owl, grey");
}

TEST(AxisGrid, MakesACellOfEveryCombinationColumnsFirst) {
  const auto request = fox();
  const auto cells = cells_of(request, parse_axes("steps=1,2; cfg-scale=3,4,5; replace=fox,owl", request));
  ASSERT_EQ(cells.size(), 12u);
  EXPECT_EQ(cells[0].steps, 1);
  EXPECT_EQ(cells[1].steps, 2);
  EXPECT_EQ(cells[2].guidance, 4);
  EXPECT_EQ(cells[6].prompt, "a owl, red");
  EXPECT_EQ(cells[5].prompt, "a fox, red");
}

TEST(AxisGrid, RefusesWhatCannotVaryAndValuesOutOfRange) {
  for (const auto* text : {"", "steps", "stepz=1", "model=a,b", "output=a", "steps=1,-2", "type=f32,f99", "replace=cat,dog",
                           "a=1;b=2;c=3;d=4", "steps=\"1"})
    EXPECT_THROW(parse_axes(text, fox()), Error) << text;
}

TEST(AxisGrid, LaysCellsBesideTheirLabels) {
  Image black(40, 30, 3);
  const auto axes = parse_axes("steps=1,2; cfg-scale=3,4", fox());
  const auto grid = labelled_grid({black, black, black}, axes);  // the last is missing
  EXPECT_GT(grid.width, 2 * 40);
  EXPECT_GT(grid.height, 2 * 30);
  EXPECT_EQ(grid.at(grid.width - 1, grid.height - 1, 0), 1);  // white where it would be
  EXPECT_EQ(grid.at(grid.width - 1, grid.height - 40, 0), 0);
}

}  // namespace
}  // namespace inkstone::studio
