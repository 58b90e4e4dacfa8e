#include "image/decode.hpp"

#include <fstream>
#include <thread>

#include "image/colour.hpp"
#include "image/encode.hpp"
#include "image/resize.hpp"
#include "unit/image/pictures.hpp"

// The HEVC encoder that makes our HEIC inputs keeps its tables until the program ends.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:x265\n";
}

namespace inkstone {
namespace {

using test::error_of;
using test::pattern;
using test::to_vips;
using test::written;
using vips::VImage;

Image decode(const std::string& file, const DecodeOptions& options = {}) {
  return decode_image(as_bytes(file), options, "test");
}

ImageInfo probe(const std::string& file) {
  return probe_image(as_bytes(file), "test");
}

VImage with_blob(VImage image, const char* field, const std::string& data) {
  VImage out = image.copy();
  vips_image_set_blob_copy(out.get_image(), field, data.data(), data.size());
  return out;
}

std::string profile(const char* name) {
  use_libvips();
  VipsBlob* blob = nullptr;
  if (vips_profile_load(name, &blob, nullptr) != 0 || blob == nullptr) return {};
  std::size_t size = 0;
  const void* data = vips_blob_get(blob, &size);
  std::string bytes(static_cast<const char*>(data), size);
  vips_area_unref(VIPS_AREA(blob));
  return bytes;
}

std::string file_of(ImageFormat format, const Image& image) {
  return format == ImageFormat::heic ? written(to_vips(image), ".heic[compression=hevc]")
                                     : encode_image(image, {.format = format});
}

constexpr ImageFormat kWritten[] = {ImageFormat::png,  ImageFormat::jpeg, ImageFormat::webp,
                                    ImageFormat::tiff, ImageFormat::avif, ImageFormat::ppm};

TEST(Decode, ReadsHeicFromPhones) {
  const Image image = pattern(64, 48);
  const std::string file = file_of(ImageFormat::heic, image);
  EXPECT_EQ(probe(file).format, ImageFormat::heic);
  EXPECT_GT(test::psnr(decode(file), image), 25);
}

TEST(Decode, GreyBecomesThreeEqualChannels) {
  const Image image = pattern(40, 30);
  const VImage grey = to_vips(image).extract_band(1).copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_B_W));
  for (const char* suffix : {".png", ".tif"}) {
    const Image out = decode(written(grey, suffix));
    ASSERT_EQ(out.channels, 3);
    for (int i = 0; i < 40 * 30 * 3; ++i) ASSERT_EQ(out.pixels[i], image.pixels[i / 3 * 3 + 1]) << i;
  }
}

TEST(Decode, GreyWithAlphaBecomesFourChannels) {
  const VImage two = to_vips(pattern(40, 30, 4)).extract_band(0).bandjoin(to_vips(pattern(40, 30, 4)).extract_band(3));
  const Image out = decode(written(two.copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_B_W)), ".png"));
  ASSERT_EQ(out.channels, 4);
  EXPECT_EQ(out.at(9, 9, 2), pattern(40, 30, 4).at(9, 9, 0));
  EXPECT_EQ(out.at(9, 9, 3), pattern(40, 30, 4).at(9, 9, 3));
}

TEST(Decode, PaletteAndOneBitPictures) {
  EXPECT_GT(test::psnr(decode(written(to_vips(pattern(40, 30)), ".png[palette=true]")), pattern(40, 30)), 28);
  const VImage grey =
      to_vips(pattern(40, 30)).extract_band(0).copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_B_W));
  for (const float v : decode(written(grey, ".png[bitdepth=1]")).pixels) EXPECT_TRUE(v == 0 || v == 1);
}

// libvips's autorot is the reference.
TEST(Decode, AppliesAllEightOrientations) {
  const Image stored = pattern(7, 5);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    VImage turned = to_vips(stored).copy();
    turned.set(VIPS_META_ORIENTATION, orientation);
    const std::string file = written(turned, ".tif");
    const Image upright = decode(file);
    const ImageInfo info = probe(file);
    EXPECT_EQ(info.orientation, orientation);
    EXPECT_EQ(info.width, upright.width);
    EXPECT_EQ(info.height, upright.height);
    EXPECT_EQ(upright.pixels, decode(written(turned.autorot(), ".png")).pixels) << orientation;
  }
}

TEST(Decode, OrientationOfAJpegAfterScaling) {
  VImage turned = to_vips(pattern(64, 32)).copy();
  turned.set(VIPS_META_ORIENTATION, 6);
  const Image out = decode(written(turned, ".jpg"), {.fit_within = 16});
  EXPECT_EQ(out.width, 8);
  EXPECT_EQ(out.height, 16);
}

TEST(Decode, CmykJpegWithAndWithoutProfile) {
  Image image = pattern(48, 32);  // muted, inside the press's gamut
  for (float& v : image.pixels) v = 0.35f + 0.3f * v;
  const VImage cmyk = to_vips(image).icc_transform("cmyk", VImage::option()->set("input_profile", "srgb"));
  const std::string tagged = written(cmyk, ".jpg[Q=95]"), bare = written(cmyk, ".jpg[Q=95,strip=true]");
  EXPECT_TRUE(probe(tagged).icc_profile);
  EXPECT_FALSE(probe(bare).icc_profile);
  for (const auto& file : {tagged, bare}) {
    const Image out = decode(file);
    EXPECT_EQ(out.channels, 3);
    EXPECT_GT(test::psnr(out, image), 30);
  }
}

// Display P3 has sRGB's curve, so a matrix between the linear values tells what to expect.
TEST(Decode, WideGamutProfileIsConverted) {
  Image image(8, 8, 4);
  const Colour p3 = {153 / 255.0f, 128 / 255.0f, 102 / 255.0f};
  for (int i = 0; i < 64; ++i)
    for (int c = 0; c < 4; ++c) image.pixels[i * 4 + c] = c < 3 ? p3[c] : 128 / 255.0f;
  ASSERT_FALSE(profile("p3").empty());
  const Image out = decode(written(with_blob(to_vips(image), VIPS_META_ICC_NAME, profile("p3")), ".png"));
  const double m[3][3] = {{1.22494, -0.22494, 0}, {-0.04206, 1.04206, 0}, {-0.01964, -0.07864, 1.09828}};
  const Colour light = srgb_to_linear(p3);
  for (int c = 0; c < 3; ++c)
    EXPECT_NEAR(out.at(3, 3, c), linear_to_srgb(static_cast<float>(m[c][0] * light[0] + m[c][1] * light[1] + m[c][2] * light[2])),
                0.004f);
  EXPECT_EQ(out.at(3, 3, 3), 128 / 255.0f);
}

TEST(Decode, SrgbProfileLeavesPixelsExact) {
  const std::string file = written(with_blob(to_vips(pattern(64, 64)), VIPS_META_ICC_NAME, profile("srgb")), ".png");
  EXPECT_TRUE(probe(file).icc_profile);
  EXPECT_EQ(decode(file).pixels, pattern(64, 64).pixels);
}

TEST(Decode, UnusableProfileCountsAsNone) {
  const std::string file = written(with_blob(to_vips(pattern(16, 16)), VIPS_META_ICC_NAME, "no profile at all"), ".tif");
  EXPECT_EQ(decode(file).pixels, pattern(16, 16).pixels);
}

TEST(Decode, FloatTiffIsLinearLight) {
  const VImage light = to_vips(pattern(32, 32)).colourspace(VIPS_INTERPRETATION_scRGB);
  EXPECT_GT(test::psnr(decode(written(light, ".tif")), pattern(32, 32)), 60);
}

TEST(Decode, ProfileForOtherChannelsCountsAsNone) {
  const VImage grey =
      to_vips(pattern(40, 30)).extract_band(1).copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_B_W));
  const std::string rgb_profile_on_grey = written(with_blob(grey, VIPS_META_ICC_NAME, profile("srgb")), ".tif");
  EXPECT_EQ(decode(rgb_profile_on_grey).at(3, 20, 2), pattern(40, 30).at(3, 20, 1));
}

TEST(Decode, SixteenBitsKeepTheirDepth) {
  VImage wide = to_vips(pattern(32, 32)).linear(257.0, 100.0).cast(VIPS_FORMAT_USHORT);
  wide = wide.copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_RGB16));
  for (const char* suffix : {".png", ".tif"}) {
    const std::string file = written(wide, suffix);
    EXPECT_EQ(probe(file).bits, 16);
    EXPECT_FLOAT_EQ(decode(file).at(5, 5, 0), (std::round(5 * 255.0f / 32) * 257 + 100) / 65535);
  }
}

TEST(Decode, PlainAndGreyPortableMaps) {
  EXPECT_EQ(decode("P3 # a comment\n2 1 10\n0 5 10  10 0 0\n").pixels, (std::vector<float>{0, 0.5f, 1, 1, 0, 0}));
  EXPECT_EQ(decode("P2 2 1 4 0 4").pixels, (std::vector<float>{0, 0, 0, 1, 1, 1}));
  EXPECT_EQ(decode(std::string("P5 1 1 255 \xff", 12)).pixels, (std::vector<float>{1, 1, 1}));
}

TEST(Decode, ContentDecidesNotTheName) {
  const test::TemporaryFile file("painting.jpg");
  std::ofstream(file.path()) << file_of(ImageFormat::png, pattern(9, 9));
  EXPECT_EQ(probe_image(file.path()).format, ImageFormat::png);
  EXPECT_EQ(decode_image(file.path()).pixels, pattern(9, 9).pixels);
}

TEST(Decode, ScalingWhileReadingEqualsScalingAfterwards) {
  const Image image = pattern(300, 200, 4);
  const std::string file = file_of(ImageFormat::png, image);
  const Image small = decode(file, {.fit_within = 100});
  EXPECT_EQ(small.width, 100);
  EXPECT_EQ(small.height, 67);
  EXPECT_EQ(small.pixels, resize(image, 100, 67).pixels);
  EXPECT_EQ(decode(file, {.fit_within = 5000}).pixels, image.pixels);
}

TEST(Decode, LimitsHoldBeforeAnythingIsDecoded) {
  const std::string file = file_of(ImageFormat::png, pattern(300, 200));
  const DecodeLimits few_pixels{.max_pixels = 1000}, few_bytes{.max_bytes = 10};
  EXPECT_EQ(error_of([&] { decode(file, {.limits = few_pixels}); }).category(), ErrorCategory::bad_argument);
  EXPECT_EQ(error_of([&] { decode(file, {.limits = few_bytes}); }).category(), ErrorCategory::bad_argument);
  EXPECT_EQ(decode(file, {.limits = few_pixels, .fit_within = 30}).width, 30) << "a streamed picture is never whole in memory";
  const std::string interlaced = written(to_vips(pattern(300, 200)), ".png[interlace=true]");
  EXPECT_EQ(error_of([&] { decode(interlaced, {.limits = few_pixels, .fit_within = 30}); }).category(),
            ErrorCategory::bad_argument);
  const std::string progressive = written(to_vips(pattern(300, 200)), ".jpg[interlace=true]");
  EXPECT_EQ(error_of([&] { decode(progressive, {.limits = few_pixels, .fit_within = 30}); }).category(),
            ErrorCategory::bad_argument);
}

// 2^31 - 1 by 2^31 - 1 pixels in 33 bytes of header, and a size that is merely absurd.
TEST(Decode, HugeHeaderIsRefused) {
  for (const auto& side :
       {std::string("\x7f\xff\xff\xff", 4), std::string("\0\x0f\x00\x00", 4), std::string("\xff\xff\xff\xff", 4)}) {
    std::string file = file_of(ImageFormat::png, pattern(8, 8));
    file.replace(16, 4, side).replace(20, 4, side);
    const Error error = error_of([&] { decode(file); });
    EXPECT_TRUE(error.category() == ErrorCategory::corrupt_file || error.category() == ErrorCategory::bad_argument)
        << error.what();
  }
  EXPECT_EQ(error_of([] { decode("P6 9999999 9999999 255 x"); }).category(), ErrorCategory::corrupt_file);
  EXPECT_EQ(error_of([] { decode("P6 99999999999999999999 1 255 x"); }).category(), ErrorCategory::corrupt_file);
}

TEST(Decode, DisguisedFilesAreNamedForWhatTheyAre) {
  const VImage picture = to_vips(pattern(8, 8));
  const std::pair<std::string, const char*> disguises[] = {
      {"", "empty"},
      {"hello, I am no picture", "text"},
      {"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>", "SVG"},
      {"%PDF-1.4 ...", "PDF"},
      {written(picture, ".gif"), "GIF"},
      {"push graphic-context\nimage over 0,0 0,0 'https://example.com'\n", "text"},
      {std::string("PK\3\4....", 8), "zip"},
      {"\xff\xd8 no JPEG", "unknown"},
      {std::string("\xb6\xa6\xf2\x08 libvips's own", 18), "unknown"}};
  const test::TemporaryFile file("disguise.png");
  for (const auto& [content, name] : disguises) {
    std::ofstream(file.path(), std::ios::binary) << content;
    const Error error = error_of([&] { decode_image(file.path()); });
    EXPECT_EQ(error.category(), ErrorCategory::corrupt_file);
    EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find(file.path().string()), std::string::npos) << error.what();
  }
}

TEST(Decode, OtherLoadersOfLibvipsAreBlocked) {
  use_libvips();
  const std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>";
  EXPECT_THROW(VImage::new_from_buffer(svg.data(), svg.size(), ""), vips::VError);
  const std::string gif = written(to_vips(pattern(8, 8)), ".gif");
  EXPECT_THROW(VImage::new_from_buffer(gif.data(), gif.size(), ""), vips::VError);
  vips_error_clear();
}

TEST(Decode, MissingFileIsNotFound) {
  EXPECT_EQ(error_of([] { decode_image("/nowhere/at/all.png"); }).category(), ErrorCategory::not_found);
}

// A cut file is an error, or has lost nothing but trailing bytes that hold no pixel.
TEST(Decode, TruncatedFilesAreErrors) {
  const Image image = pattern(48, 40, 4);
  testing::internal::CaptureStderr();
  for (const auto format : {ImageFormat::png, ImageFormat::jpeg, ImageFormat::webp, ImageFormat::tiff, ImageFormat::avif,
                            ImageFormat::heic, ImageFormat::ppm}) {
    const std::string file = file_of(format, image);
    const Image whole = decode(file);
    const std::size_t step =
        std::max<std::size_t>(1, file.size() / (format == ImageFormat::avif || format == ImageFormat::heic ? 25 : 120));
    for (std::size_t length = 0; length < file.size(); length += step) {
      try {
        const Image cut = decode(file.substr(0, length));
        EXPECT_EQ(cut.pixels, whole.pixels) << format_name(format) << " cut to " << length << " of " << file.size();
        EXPECT_GE(length + 16, file.size()) << format_name(format) << " cut to " << length << " of " << file.size();
      } catch (const Error& error) {
        EXPECT_EQ(error.category(), ErrorCategory::corrupt_file) << error.what();
      }
    }
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

// Flipped bytes must end in a picture or in one of our errors, silently.
TEST(Decode, DamagedFilesNeverCrash) {
  testing::internal::CaptureStderr();
  for (const auto format : kWritten) {
    const std::string file = file_of(format, pattern(24, 20));
    for (std::size_t i = 0; i < file.size(); i += std::max<std::size_t>(1, file.size() / 60)) {
      std::string damaged = file;
      damaged[i] = static_cast<char>(damaged[i] ^ 0x5a);
      try {
        decode(damaged, {.limits = {.max_pixels = 10'000'000}});
      } catch (const Error&) {
      }
    }
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Decode, ManyThreadsAtOnce) {
  const Image image = pattern(64, 64);
  const std::string good = file_of(ImageFormat::png, image), bad = good.substr(0, good.size() / 2);
  std::vector<std::thread> threads;
  std::vector<int> right(8);
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        right[t] += decode(good).pixels == image.pixels;
        try {
          decode(bad);
        } catch (const Error&) {
          ++right[t];
        }
      }
    });
  for (auto& thread : threads) thread.join();
  for (const int count : right) EXPECT_EQ(count, 20);
}

TEST(Decode, RealPhotograph) {
  const std::filesystem::path photo = INKSTONE_SOURCE_DIR "/../shared/images/tubingen.jpg";
  if (!std::filesystem::exists(photo)) GTEST_SKIP() << "no " << photo;
  const ImageInfo info = probe_image(photo);
  const Image small = decode_image(photo, {.fit_within = 256});
  EXPECT_EQ(std::max(small.width, small.height), 256);
  EXPECT_GT(info.width, 256);
  const Image full = decode_image(photo);
  EXPECT_EQ(full.width, info.width);
  EXPECT_GT(test::psnr(resize(full, small.width, small.height), small), 100);
}

}  // namespace
}  // namespace inkstone
