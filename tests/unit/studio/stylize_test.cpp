#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "image/colour.hpp"
#include "image/decode.hpp"
#include "image/resize.hpp"
#include "inkstone/studio.hpp"

namespace inkstone {
namespace {

// Keeps what it is shown.
class Onlooker : public Observer {
 public:
  bool wants_preview(int64_t) override { return true; }
  void on_preview(const Image& picture, int64_t) override { previews.push_back(picture); }
  std::vector<Image> previews;
};

StylizeRequest small_request() {
  StylizeRequest request;
  request.content.value = INKSTONE_SOURCE_DIR "/examples/home.jpg";
  request.style = {{INKSTONE_SOURCE_DIR "/examples/starry_night.jpg"}};
  request.size = 64;
  request.iterations = 2;
  return request;
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

}  // namespace
}  // namespace inkstone
