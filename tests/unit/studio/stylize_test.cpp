#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "image/colour.hpp"
#include "image/decode.hpp"
#include "image/resize.hpp"
#include "inkstone/studio.hpp"
#include "studio/source_picture.hpp"
#include "studio/style_pictures.hpp"

namespace inkstone {
namespace {

// Keeps what it is shown.
class Onlooker : public Observer {
 public:
  bool wants_preview(int64_t) override { return true; }
  void on_preview(const Image& picture, int64_t) override { previews.push_back(picture); }
  void on_message(std::string_view message) override { said += std::string(message) + "\n"; }
  std::vector<Image> previews;
  std::string said;
};

StylizeRequest small_request() {
  StylizeRequest request;
  request.content.value = INKSTONE_SOURCE_DIR "/examples/home.jpg";
  request.style = {{INKSTONE_SOURCE_DIR "/examples/starry_night.jpg"}};
  request.size = 64;
  request.iterations = 2;
  return request;
}

studio::StyleSources sources_of(const StylizeRequest& request) {
  return studio::style_sources(request, studio::decode_at(request.content.value, request.size));
}

// The largest difference of I and Q between two pictures of one size, where no channel is at its end.
double chroma_distance(const Image& a, const Image& b) {
  double largest = 0;
  for (std::size_t i = 0; i + 2 < a.pixels.size(); i += 3) {
    const bool clipped = std::any_of(&a.pixels[i], &a.pixels[i] + 3, [](float v) { return v <= 0 || v >= 1; });
    const auto x = rgb_to_yiq({a.pixels[i], a.pixels[i + 1], a.pixels[i + 2]}),
               y = rgb_to_yiq({b.pixels[i], b.pixels[i + 1], b.pixels[i + 2]});
    if (!clipped) largest = std::max({largest, double(std::abs(x[1] - y[1])), double(std::abs(x[2] - y[2]))});
  }
  return largest;
}

TEST(Stylize, TheRecipeNamesNetworkAndLicences) {
  Observer nobody;
  const auto recipe = nlohmann::json::parse(Studio().stylize(small_request(), nobody).recipe);
  EXPECT_EQ(recipe["model"]["sha256"].get<std::string>().size(), 64u);
  EXPECT_EQ(recipe["model"]["licence"], "Apache-2.0");
  EXPECT_EQ(recipe["parents"][0]["licence"], "Apache-2.0");
  EXPECT_EQ(recipe["parents"][1]["licence"], "Public domain");
}

TEST(Stylize, PreviewsKeepTheColoursThatTheResultKeeps) {
  auto request = small_request();
  request.original_colors = true;
  request.pyramid = 2;
  request.size = 96;
  Onlooker onlooker;
  const auto painting = Studio().stylize(request, onlooker);
  ASSERT_GE(onlooker.previews.size(), 2u);
  EXPECT_EQ(onlooker.previews.back().pixels, painting.picture.pixels);
  const auto& coarse = onlooker.previews.front();
  EXPECT_EQ(coarse.width, 48);
  const auto photograph = resize(decode_image(request.content.value), 96, painting.picture.height);
  EXPECT_LT(chroma_distance(coarse, resize(photograph, coarse.width, coarse.height)), 0.02);
  request.original_colors = false;
  Onlooker other;
  Studio().stylize(request, other);
  EXPECT_GT(chroma_distance(other.previews.front(), resize(photograph, coarse.width, coarse.height)), 0.05);
}

// [3] and [3,3] of [1,3,H,W].
std::pair<at::Tensor, at::Tensor> colour_moments(const at::Tensor& picture) {
  const auto colours = picture.flatten(2)[0];
  return {colours.mean(1), at::cov(colours)};
}

TEST(Stylize, MatchedColoursAreThoseOfThePhotograph) {
  auto request = small_request();
  request.original_colors = true;
  const auto distance = [&](const char* mode) {
    request.color_mode = mode;
    const auto pictures = sources_of(request).tensors;
    const auto [mean, covariance] = colour_moments(pictures.styles[0]);
    const auto [wanted_mean, wanted_covariance] = colour_moments(pictures.content);
    return std::pair{(mean - wanted_mean).abs().max().item<double>(),
                     ((covariance - wanted_covariance).norm() / wanted_covariance.norm()).item<double>()};
  };
  const auto [mean, covariance] = distance("match");
  EXPECT_LT(mean, 0.01);  // not 0: the colours that leave the range are cut off
  EXPECT_LT(covariance, 0.1);
  const auto [painting_mean, painting_covariance] = distance("luminance");
  EXPECT_GT(painting_mean, 0.05);
  EXPECT_GT(painting_covariance, 0.3);
}

TEST(Stylize, StyleScaleIsTheSizeOfTheStyleBesideTheResult) {
  auto request = small_request();
  for (const double scale : {0.5, 1.0, 2.5}) {
    request.style_scale = scale;
    const auto pictures = sources_of(request).tensors;
    EXPECT_EQ(std::max(pictures.content.size(2), pictures.content.size(3)), 64);
    EXPECT_EQ(std::max(pictures.styles[0].size(2), pictures.styles[0].size(3)), std::lround(64 * scale));
  }
}

TEST(Stylize, APictureToStartFromIsBroughtToTheSizeOfTheResult) {
  auto request = small_request();
  request.init = request.style[0].value;
  request.content_weight = request.style_weight = request.tv_weight = 0;
  Observer nobody;
  const auto painting = Studio().stylize(request, nobody).picture;
  const auto begun = resize(decode_image(request.init), painting.width, painting.height);
  ASSERT_EQ(painting.pixels.size(), begun.pixels.size());
  for (std::size_t i = 0; i < begun.pixels.size(); ++i) ASSERT_NEAR(painting.pixels[i], begun.pixels[i], 1e-4);
}

TEST(Stylize, PresetsOfVgg19SayThatTheEmbeddedNetworkPaints) {
  const std::string complaint = "is made for VGG19; painting with the embedded network (inkstone models pull vgg19";
  for (const char* preset : {"gatys-adam", "tutorial-literal", "leongatys"}) {
    auto request = small_request();
    request.size = 96;
    request.preset = preset;
    Onlooker onlooker;
    Studio().stylize(request, onlooker);
    EXPECT_NE(onlooker.said.find(std::string("preset ") + preset + " " + complaint), std::string::npos) << onlooker.said;
  }
  auto request = small_request();
  request.preset = "gatys-adam";
  request.model.value = INKSTONE_SOURCE_DIR "/tests/golden/data/vgg.h5";
  Onlooker onlooker;
  const auto recipe = nlohmann::json::parse(Studio().stylize(request, onlooker).recipe);
  EXPECT_EQ(onlooker.said.find("VGG19"), std::string::npos) << onlooker.said;
  EXPECT_EQ(recipe["model"]["name"], "vgg19");
  request = small_request();
  Onlooker other;
  Studio().stylize(request, other);
  EXPECT_EQ(other.said.find("VGG19"), std::string::npos) << other.said;
}

}  // namespace
}  // namespace inkstone
