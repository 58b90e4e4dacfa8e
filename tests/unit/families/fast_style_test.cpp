#include "families/fast_style/fast_style.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "plain_step.hpp"

namespace inkstone {
namespace {

const PictureShape kPhotographs{3, 32, 32, {}};

FastStyleOptions small_painter() {
  FastStyleOptions options;
  options.style = {"painting.png"};
  options.style_size = 64;
  options.features = 4;
  options.blocks = 1;
  options.content_layers = {"relu2_1"};
  options.style_layers = {"relu1_1", "relu2_1"};
  return options;
}

// Stripes: a texture that no photograph here has.
at::Tensor stripes() {
  auto painting = at::zeros({1, 3, 64, 64});
  painting.slice(2, 0, 64, 4).fill_(1);
  painting.slice(2, 1, 64, 4).fill_(0.8);
  return painting;
}

TEST(FastStyleFamily, LearnsAPaintingOnOneBatch) {
  torch::manual_seed(1);
  const auto family = make_fast_style_family(small_painter(), kPhotographs);
  EXPECT_EQ(family->wanted_pictures(), std::vector<std::string>{"painting.png"});
  family->take_pictures({stripes()});
  PlainTrainer trainer(*family, 1e-2, 0.9);
  const auto batch = blobs(2, 3, 32, 32);
  trainer.run(batch, 1);
  const auto first = trainer.reported;
  trainer.run(batch, 60);
  EXPECT_LT(trainer.reported.at("style"), 0.4 * first.at("style"));
  EXPECT_LT(trainer.reported.at("loss"), 0.5 * first.at("loss"));
  trainer.evaluate();
  EXPECT_EQ(family->preview(batch, 2, 4).sizes().vec(), (std::vector<int64_t>{8, 3, 32, 32}));
  family->probe();
}

TEST(FastStyleFamily, LengstromsScaleIsTheSameMathematics) {
  auto options = small_painter();
  options.loss = "lengstrom";
  torch::manual_seed(1);
  const auto family = make_fast_style_family(options, kPhotographs);
  family->take_pictures({stripes()});
  PlainTrainer trainer(*family, 1e-2, 0.9);
  const auto batch = blobs(2, 3, 32, 32);
  trainer.run(batch, 1);
  const double first = trainer.reported.at("style");
  trainer.run(batch, 40);
  EXPECT_LT(trainer.reported.at("style"), 0.6 * first);
}

TEST(FastStyleFamily, SaysWhatItNeeds) {
  const auto family = make_fast_style_family(small_painter(), kPhotographs);
  PlainTrainer trainer(*family);
  EXPECT_THROW(trainer.run(blobs(2, 3, 32, 32), 1), Error);  // no painting yet
  EXPECT_THROW(make_fast_style_family(small_painter(), PictureShape{1, 32, 32, {}}), Error);
  EXPECT_THROW(make_fast_style_family(small_painter(), PictureShape{3, 34, 32, {}}), Error);
  auto options = small_painter();
  options.style_layers = {"relu9_1"};
  EXPECT_THROW(make_fast_style_family(options, kPhotographs), Error);
}

}  // namespace
}  // namespace inkstone
