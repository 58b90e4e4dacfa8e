#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "core/files.hpp"
#include "image/decode.hpp"
#include "image/encode.hpp"
#include "image/resize.hpp"
#include "property/drawn_picture.hpp"

namespace inkstone {
namespace {

// Text as people write it: any character but NUL, in UTF-8.
std::string drawn_text() {
  std::string text;
  for (const auto c : *rc::gen::container<std::vector<char32_t>>(
           rc::gen::element<char32_t>(U'a', U'Z', U' ', U'<', U'&', U'"', U'\\', U'\n', U'ß', U'é', U'水', U'🦊'))) {
    if (c < 0x80)
      text += char(c);
    else if (c < 0x800)
      text += {char(0xC0 | c >> 6), char(0x80 | (c & 63))};
    else if (c < 0x10000)
      text += {char(0xE0 | c >> 12), char(0x80 | (c >> 6 & 63)), char(0x80 | (c & 63))};
    else
      text += {char(0xF0 | c >> 18), char(0x80 | (c >> 12 & 63)), char(0x80 | (c >> 6 & 63)), char(0x80 | (c & 63))};
  }
  return text;
}

TEST(PictureProperty, LosslessFormatsGiveBackEveryValue) {
  EXPECT_TRUE(rc::check("decode(encode(p)) == p", [] {
    const auto format = *rc::gen::element(ImageFormat::png, ImageFormat::tiff, ImageFormat::ppm, ImageFormat::webp);
    const bool webp = format == ImageFormat::webp;
    const int bits = webp ? 8 : *rc::gen::element(8, 16);
    const auto picture = drawn_picture(format == ImageFormat::ppm || webp ? 3 : *rc::gen::element(3, 4), bits);
    const auto file = encode_image(picture, {.format = format, .bits = bits, .lossless = webp});
    const auto again = decode_image(as_bytes(file));
    RC_ASSERT(again.width == picture.width);
    RC_ASSERT(again.channels == picture.channels);
    RC_ASSERT(again.pixels == picture.pixels);
  }));
}

TEST(PictureProperty, TextsComeBackFromEveryFormatThatHoldsThem) {
  EXPECT_TRUE(rc::check("read(write(texts)) == texts", [] {
    Metadata metadata;
    metadata.parameters = drawn_text();
    metadata.recipe = {{"prompt", drawn_text()}, {"seed", *rc::gen::arbitrary<std::int64_t>()}};
    metadata.digital_source_type = kTrainedAlgorithmicMedia;
    const auto format = *rc::gen::element(ImageFormat::png, ImageFormat::jpeg, ImageFormat::webp);
    const auto again = read_metadata(as_bytes(encode_image(Image(8, 8, 3), {.format = format, .metadata = metadata})));
    RC_ASSERT(again.parameters == metadata.parameters);
    RC_ASSERT(again.recipe == metadata.recipe);
    RC_ASSERT(again.digital_source_type == metadata.digital_source_type);
  }));
}

TEST(PictureProperty, ResizingStaysInRangeAndKeepsFlatPicturesFlat) {
  EXPECT_TRUE(rc::check("a flat picture of any size stays flat", [] {
    Image flat(*rc::gen::inRange(1, 60), *rc::gen::inRange(1, 60), 3);
    const float value = float(*rc::gen::inRange(0, 256)) / 255;
    for (auto& v : flat.pixels) v = value;
    for (const float v : resize(flat, *rc::gen::inRange(1, 90), *rc::gen::inRange(1, 90)).pixels)
      RC_ASSERT(std::abs(v - value) < 1e-4f);
  }));
}

}  // namespace
}  // namespace inkstone
