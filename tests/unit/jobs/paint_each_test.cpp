// Pictures of several seeds at once: those that each seed gives alone, for as many passes of the network as one takes.
#include <gtest/gtest.h>

#include "inkstone/painter.hpp"
#include "inkstone/studio.hpp"
#include "unit/image/psnr.hpp"

namespace inkstone::test {
namespace {

// Solvers ask whether to stop once a step.
struct Passes : Observer {
  int count = 0;
  bool stop_requested() override { return ++count, false; }
};

class PaintEach : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_shipped_painter()) GTEST_SKIP() << "the painter of words is not here";
  }

  Studio studio{1};
  PaintRequest request;
};

TEST_F(PaintEach, GivesThePicturesOfEachSeedInThePassesOfOne) {
  request.prompt = "a {red|blue} fox";
  request.steps = 4;
  Passes together;
  const std::vector<std::int64_t> seeds = {92, 3, 3, 14};
  const auto paintings = studio.paint_each(request, seeds, together);
  ASSERT_EQ(paintings.size(), seeds.size());
  EXPECT_GE(psnr(paintings[1].picture, paintings[2].picture), 60);
  EXPECT_LT(psnr(paintings[0].picture, paintings[1].picture), 40) << "another seed is another picture";
  for (std::size_t k = 0; k < seeds.size(); ++k) {
    Passes passes;
    request.seed = seeds[k];
    const auto alone = studio.paint(request, passes);
    ASSERT_EQ(alone.size(), 1u);
    EXPECT_EQ(paintings[k].recipe, alone[0].recipe);
    EXPECT_EQ(paintings[k].parameters, alone[0].parameters);
    EXPECT_GE(psnr(paintings[k].picture, alone[0].picture), 60);
    EXPECT_EQ(together.count, passes.count);
    EXPECT_GE(passes.count, request.steps);
  }
}

TEST_F(PaintEach, DrawsASeedForEachThatIsMinusOne) {
  request.prompt = "a fox";
  request.steps = 2;
  Passes passes;
  const auto paintings = studio.paint_each(request, {-1, -1}, passes);
  ASSERT_EQ(paintings.size(), 2u);
  EXPECT_NE(paintings[0].recipe, paintings[1].recipe);
}

}  // namespace
}  // namespace inkstone::test
