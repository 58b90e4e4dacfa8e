#include "families/adain/adain.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "plain_step.hpp"

namespace inkstone {
namespace {

const PictureShape kSmallPhotographs{3, 32, 32, {}};

AdainOptions small_adain() {
  AdainOptions options;
  options.style = {"one.png", "other.png"};
  options.style_size = 64;
  options.layer = "relu2_1";
  options.style_layers = {"relu1_1", "relu2_1"};
  return options;
}

std::vector<at::Tensor> two_paintings() {
  auto striped = at::zeros({1, 3, 64, 80});
  striped.slice(2, 0, 64, 4).fill_(1);
  return {striped, at::full({1, 3, 70, 64}, 0.3F)};
}

TEST(AdainFamily, LearnsToPaintOnOneBatch) {
  torch::manual_seed(1);
  const auto family = make_adain(small_adain(), kSmallPhotographs);
  EXPECT_EQ(family->wanted_pictures().size(), 2u);
  family->take_pictures(two_paintings());
  PlainTrainer trainer(*family, 1e-3, 0.9);
  const auto batch = blobs(2, 3, 32, 32);
  trainer.run(batch, 1);
  const auto first = trainer.reported;
  trainer.run(batch, 30);
  EXPECT_LT(trainer.reported.at("loss"), 0.7 * first.at("loss"));
  trainer.evaluate();
  EXPECT_EQ(family->preview(batch, 2, 4).sizes().vec(), (std::vector<int64_t>{8, 3, 32, 32}));
  family->probe();
}

TEST(AdainFamily, SaysWhatItNeeds) {
  const auto family = make_adain(small_adain(), kSmallPhotographs);
  PlainTrainer trainer(*family);
  EXPECT_THROW(trainer.run(blobs(2, 3, 32, 32), 1), Error);  // no paintings yet
  EXPECT_THROW(make_adain(small_adain(), PictureShape{1, 32, 32, {}}), Error);
  EXPECT_THROW(make_adain(small_adain(), PictureShape{3, 36, 32, {}}), Error);
  auto options = small_adain();
  options.layer = "relu9_1";
  EXPECT_THROW(make_adain(options, kSmallPhotographs), Error);
  options = small_adain();
  options.style = {INKSTONE_SOURCE_DIR "/tests/unit"};
  EXPECT_THROW(make_adain(options, kSmallPhotographs)->wanted_pictures(), Error);  // a folder without pictures
}

}  // namespace
}  // namespace inkstone
