#include "dream/style_objective.hpp"

#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "inkstone/error.hpp"
#include "small_network.hpp"

namespace inkstone::dream {
namespace {

ObjectiveSettings settings() {
  ObjectiveSettings s;
  s.style_layers = {"relu1_1", "relu2_1", "relu3_1"};
  s.style_layer_weights = {0.5, 0.3, 0.2};
  s.content_layers = {"relu3_2"};
  s.content_layer_weights = {1.0};
  s.content_weight = 5;
  s.style_weight = 100;
  s.tv_weight = 1e-3;
  s.blend = {1.0};
  return s;
}

NeuralStylePictures pictures(int64_t height, int64_t width) {
  NeuralStylePictures p;
  p.content = random_picture(height, width, 1);
  p.styles = {random_picture(70, 90, 2)};
  return p;
}

TEST(Tiles, CellsPartitionThePictureAndWindowsReachFarEnough) {
  const Reach reach{8, 20};
  for (const auto& [h, w] : {std::pair<int64_t, int64_t>{200, 333}, {96, 500}, {129, 64}}) {
    at::Tensor seen = at::zeros({h, w});
    for (const auto& t : cut_tiles(h, w, 96, reach)) {
      seen.narrow(0, t.cell_y.begin, t.cell_y.size()).narrow(1, t.cell_x.begin, t.cell_x.size()).add_(1);
      EXPECT_EQ(t.window_y.begin % 8, 0);
      EXPECT_TRUE(t.window_y.begin == 0 || t.cell_y.begin - t.window_y.begin >= 20);
      EXPECT_TRUE(t.window_x.end == w || t.window_x.end - t.cell_x.end >= 20);
    }
    EXPECT_TRUE(at::equal(seen, at::ones({h, w})));
  }
  EXPECT_THROW(cut_tiles(500, 500, 48, reach), Error);
}

// Tiled and whole are one function: no seams, not even in the gradient.
TEST(StyleObjective, TilesChangeNothing) {
  for (const auto& [h, w, margin] : {std::tuple<int64_t, int64_t, int64_t>{150, 170, 0}, {141, 99, 0}, {141, 99, 16}}) {
    const auto network = small_network();
    const auto p = pictures(h, w);
    auto plain = settings();
    plain.margin = margin;
    auto tiled = plain;
    tiled.tile = 88;
    StyleObjective whole(network, p, plain), pieces(network, p, tiled);
    const auto x = random_picture(h, w, 8) * 255;
    auto a = at::zeros_like(x), b = at::zeros_like(x);
    const auto expected = whole.evaluate(x, a), got = pieces.evaluate(x, b);
    EXPECT_NEAR(got.total, expected.total, 1e-4 * expected.total);
    EXPECT_NEAR(got.content, expected.content, 1e-4 * expected.content);
    EXPECT_LT(((a - b).norm() / a.norm()).item<double>(), 1e-4);
  }
}

class Gradient : public testing::TestWithParam<int64_t> {};

TEST_P(Gradient, EqualsAutogradOfTheFormula) {
  const auto network = small_network();
  const auto p = pictures(40, 52);
  auto s = settings();
  s.margin = GetParam();
  auto x = (random_picture(40, 52, 8) * 255).set_requires_grad(true);
  // features of the picture within its mirrored margin, cut back to the picture
  const auto look = [&](const at::Tensor& rgb, const std::vector<std::string>& layers) {
    const int64_t m = s.margin;
    auto seen = features(network, m == 0 ? rgb : at::reflection_pad2d(rgb, {m, m, m, m}), layers);
    for (std::size_t i = 0; i < seen.size(); ++i) {
      const int64_t r = reach_of(network, network.stage(layers[i])).reduction;
      seen[i] = seen[i].narrow(2, m / r, rgb.size(2) / r).narrow(3, m / r, rgb.size(3) / r);
    }
    return seen;
  };
  const auto gram = [](const at::Tensor& f) {
    const auto rows = f.flatten(2).squeeze(0);
    return at::mm(rows, rows.t()) / static_cast<double>(rows.size(1));
  };
  const std::vector<std::string> layers = {"relu1_1", "relu2_1", "relu3_1", "relu3_2"};
  const auto seen = look(x / 255, layers), style = look(p.styles[0], layers), content = look(p.content, layers);
  at::Tensor loss = 5 * (seen[3] - content[3]).square().sum() / content[3].square().sum();
  for (int i = 0; i < 3; ++i)
    loss =
        loss + 100 * s.style_layer_weights[i] * (gram(seen[i]) - gram(style[i])).square().sum() / gram(style[i]).square().sum();
  const auto dx = x.slice(3, 1) - x.slice(3, 0, -1), dy = x.slice(2, 1) - x.slice(2, 0, -1);
  loss = loss + 1e-3 * (dx.square().sum() + dy.square().sum()) / (40 * 52);
  const auto expected = torch::autograd::grad({loss}, {x})[0];

  StyleObjective objective(network, p, s);
  auto gradient = at::zeros_like(expected);
  EXPECT_NEAR(objective.evaluate(x.detach(), gradient).total, loss.item<double>(), 1e-4 * loss.item<double>());
  EXPECT_LT(((gradient - expected).norm() / expected.norm()).item<double>(), 1e-4);
}

INSTANTIATE_TEST_SUITE_P(StyleObjective, Gradient, testing::Values(0, 16));

// Without the margin a flat picture is not flat to the network: zeros lie beyond its edges.
TEST(StyleObjective, MarginHidesThePadding) {
  const auto network = small_network();
  NeuralStylePictures p;
  p.content = at::full({1, 3, 48, 64}, 0.5);
  p.styles = {at::full({1, 3, 80, 48}, 0.5)};
  auto s = settings();
  const auto x = p.content * 255;
  auto gradient = at::zeros_like(x);
  EXPECT_GT(StyleObjective(network, p, s).evaluate(x, gradient).style, 1e-6);
  s.margin = 32;
  EXPECT_LT(StyleObjective(network, p, s).evaluate(x, gradient).style, 1e-10);
}

TEST(StyleObjective, MasksKeepStylesApart) {
  const auto network = small_network();
  auto p = pictures(48, 64);
  p.styles.push_back(random_picture(50, 50, 5));
  const auto left = at::cat({at::ones({1, 1, 48, 32}), at::zeros({1, 1, 48, 32})}, 3);
  p.masks = {left, 1 - left};
  auto s = settings();
  s.blend = {0.5, 0.5};
  s.content_weight = s.tv_weight = 0;
  const auto x = random_picture(48, 64, 8) * 255;
  const auto gradient_of_left = [&](const NeuralStylePictures& with) {
    StyleObjective objective(network, with, s);
    auto gradient = at::zeros_like(x);
    objective.evaluate(x, gradient);
    return gradient.narrow(3, 0, 12).clone();  // farther from the border than the network sees
  };
  const auto before = gradient_of_left(p);
  p.styles[1] = random_picture(50, 50, 77);
  EXPECT_TRUE(at::allclose(gradient_of_left(p), before));
  p.styles[0] = random_picture(50, 50, 78);
  EXPECT_FALSE(at::allclose(gradient_of_left(p), before));
}

TEST(StyleObjective, NormalizedGradientsHaveUnitNormPerLoss) {
  const auto network = small_network();
  auto s = settings();
  s.normalize_gradients = true;
  s.style_layers = {"relu1_1"};
  s.style_layer_weights = {1.0};
  s.content_layers = {};
  s.content_layer_weights = {};
  s.tv_weight = 0;
  const auto x = random_picture(32, 32, 4) * 255;
  auto one = at::zeros_like(x), two = at::zeros_like(x);
  StyleObjective(network, pictures(32, 32), s).evaluate(x, one);
  s.scale = Scale::mean;  // another scale of the same loss gives the same pull
  StyleObjective(network, pictures(32, 32), s).evaluate(x, two);
  EXPECT_LT(((one - two).norm() / one.norm()).item<double>(), 1e-4);
}

}  // namespace
}  // namespace inkstone::dream
