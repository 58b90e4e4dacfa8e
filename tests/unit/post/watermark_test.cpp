#include "post/watermark.hpp"

#include <gtest/gtest.h>

#include "image/decode.hpp"
#include "inkstone/error.hpp"
#include "unit/post/pictures.hpp"

namespace inkstone::post {
namespace {

Image in_bytes(Image picture) {
  for (float& v : picture.pixels) v = std::round(v * 255) / 255;
  return picture;
}

TEST(Watermark, ReadsWhatInvisibleWatermarkWrote) {
  EXPECT_EQ(read_watermark(decode_image(INKSTONE_SOURCE_DIR "/tests/golden/watermark.png"), 3), "ink");
}

TEST(Watermark, ReadsItsOwnFromBytesAndALittleBrighterOrDarker) {
  for (const auto& text : {std::string("StableDiffusionV1"), std::string("\x01\xff", 2)}) {
    const auto marked = in_bytes(watermark(mild_picture(264, 200), {.text = text}));
    EXPECT_EQ(read_watermark(marked, int(text.size())), text);
    auto changed = marked;
    for (float& v : changed.pixels) v = std::round((v + 0.02f) * 255) / 255;
    EXPECT_EQ(read_watermark(changed, int(text.size())), text);
  }
}

TEST(Watermark, LeavesBrightnessAndIsHardToSee) {
  const auto picture = mild_picture(256, 256);
  const auto marked = watermark(picture, {});
  double squares = 0, luma = 0;
  for (int y = 0; y < 256; ++y)
    for (int x = 0; x < 256; ++x) {
      const auto a = rgb_at(picture, x, y), b = rgb_at(marked, x, y);
      for (int c = 0; c < 3; ++c) squares += double(a[c] - b[c]) * (a[c] - b[c]);
      luma = std::max(luma, std::abs(0.299 * (a[0] - b[0]) + 0.587 * (a[1] - b[1]) + 0.114 * (a[2] - b[2])));
    }
  EXPECT_GT(squares, 0);
  EXPECT_GT(-10 * std::log10(squares / (3 * 256 * 256)), 38);  // dB
  EXPECT_LT(luma, 1e-5);
}

TEST(Watermark, RefusesWhatDoesNotFit) {
  EXPECT_THROW(read_watermark(mild_picture(64, 64), 17), Error);
  EXPECT_THROW(WatermarkOptions{.text = ""}.validate(), Error);
  EXPECT_THROW(WatermarkOptions{.text = std::string(65, 'a')}.validate(), Error);
}

}  // namespace
}  // namespace inkstone::post
