#include "data/procedural/procedural.hpp"

#include <set>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

class EveryKind : public testing::TestWithParam<std::string> {};

TEST_P(EveryKind, IsAPureFunctionOfItsSpecification) {
  const ProceduralSpec spec = {.kind = GetParam(), .width = 48, .height = 32, .seed = 7};
  const auto first = paint_procedural(spec), second = paint_procedural(spec);
  EXPECT_TRUE(at::equal(first.picture, second.picture));
  EXPECT_EQ(first.caption, second.caption);
  EXPECT_EQ(first.picture.sizes(), (at::IntArrayRef{3, 32, 48}));
  EXPECT_EQ(first.picture.scalar_type(), at::kByte);
}

TEST_P(EveryKind, DoesNotDependOnTheNumberOfThreads) {
  const ProceduralSpec spec = {.kind = GetParam(), .width = 160, .height = 200, .seed = 3};
  const int before = at::get_num_threads();
  at::set_num_threads(1);
  const auto alone = paint_procedural(spec);
  at::set_num_threads(3);
  const auto together = paint_procedural(spec);
  at::set_num_threads(before);
  EXPECT_TRUE(at::equal(alone.picture, together.picture));
}

TEST_P(EveryKind, HasLightAndShadeWhateverTheSeed) {
  std::set<std::string> captions;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const auto painted = paint_procedural({.kind = GetParam(), .width = 48, .height = 48, .seed = seed});
    const auto values = painted.picture.to(at::kFloat);
    EXPECT_GT(values.std().item<float>(), 12) << "seed " << seed;
    EXPECT_GT(values.max().item<float>(), 90) << "seed " << seed;
    captions.insert(painted.caption);
  }
  EXPECT_GT(captions.size(), 2U);
}

TEST_P(EveryKind, LabelIsItsPlaceInTheList) {
  const auto painted = paint_procedural({.kind = GetParam(), .width = 16, .height = 16});
  EXPECT_EQ(procedural_kinds().at(painted.label), GetParam());
}

TEST_P(EveryKind, TakesAnyPaletteAndShape) {
  for (const char* palette : {"ink", "rainbow"}) {
    const auto painted = paint_procedural({.kind = GetParam(), .width = 90, .height = 9, .seed = 5, .palette = palette});
    EXPECT_EQ(painted.picture.size(2), 90);
    EXPECT_FALSE(painted.caption.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(Procedural, EveryKind, testing::ValuesIn(procedural_kinds()), [](const auto& info) {
  std::string name = info.param;
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
});

void expect_refused(const ProceduralSpec& spec, const std::string& part) {
  try {
    paint_procedural(spec);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::bad_argument);
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

TEST(ProceduralSpec, MistakesNameTheNearest) {
  expect_refused({.kind = "mandelbrod"}, "mandelbrot");
  expect_refused({.kind = "julia", .palette = "sunsets"}, "sunset");
  expect_refused({.kind = "julia", .width = 4}, "4x256");
  expect_refused({.kind = "julia", .height = 100000}, "100000");
}

TEST(ProceduralSpec, SeedsGiveDifferentPictures) {
  const auto a = paint_procedural({.kind = "julia", .width = 32, .height = 32, .seed = 1});
  const auto b = paint_procedural({.kind = "julia", .width = 32, .height = 32, .seed = 2});
  EXPECT_FALSE(at::equal(a.picture, b.picture));
}

}  // namespace
}  // namespace inkstone
