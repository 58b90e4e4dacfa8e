#include "image/encode.hpp"

#include <csignal>
#include <fstream>

#include <sys/resource.h>

#include "core/files.hpp"
#include "image/decode.hpp"
#include "unit/image/pictures.hpp"

namespace inkstone {
namespace {

using test::error_of;
using test::pattern;

Image round_trip(const Image& image, const EncodeOptions& options) {
  const std::string file = encode_image(image, options);
  return decode_image(as_bytes(file));
}

TEST(Encode, LosslessFormatsKeepEveryBit) {
  for (const int channels : {3, 4}) {
    Image image = pattern(61, 43, channels);
    if (channels == 4) image.at(0, 0, 2) = 0;  // the one pixel of alpha 0: WebP blackens it
    for (const auto format : {ImageFormat::png, ImageFormat::tiff, ImageFormat::webp})
      EXPECT_EQ(round_trip(image, {.format = format, .lossless = true}).pixels, image.pixels) << format_name(format) << channels;
  }
  EXPECT_EQ(round_trip(pattern(61, 43), {.format = ImageFormat::ppm}).pixels, pattern(61, 43).pixels);
}

TEST(Encode, AllByteValuesComeBack) {
  Image image(256, 1, 3);
  for (int i = 0; i < 768; ++i) image.pixels[i] = static_cast<float>(i / 3) / 255.0f;
  EXPECT_EQ(round_trip(image, {}).pixels, image.pixels);
}

TEST(Encode, SixteenBitsComeBackExactly) {
  Image image(256, 256, 3);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = static_cast<float>(i % 65536) / 65535.0f;
  for (const auto format : {ImageFormat::png, ImageFormat::tiff, ImageFormat::ppm})
    EXPECT_EQ(round_trip(image, {.format = format, .bits = 16}).pixels, image.pixels) << format_name(format);
}

TEST(Encode, LossyFormatsStayClose) {
  const Image image = pattern(96, 64);
  for (const auto format : {ImageFormat::jpeg, ImageFormat::webp, ImageFormat::avif}) {
    const double coarse = test::psnr(round_trip(image, {.format = format, .quality = 20}), image);
    const double fine = test::psnr(round_trip(image, {.format = format, .quality = 95}), image);
    EXPECT_GT(fine, 33) << format_name(format);
    EXPECT_GT(fine, coarse) << format_name(format);
  }
}

TEST(Encode, AvifKeepsAlphaAndTwelveBits) {
  const Image image = pattern(64, 48, 4);
  const std::string file = encode_image(image, {.format = ImageFormat::avif, .quality = 95, .bits = 16});
  const ImageInfo info = probe_image(as_bytes(file));
  EXPECT_EQ(info.format, ImageFormat::avif);
  EXPECT_EQ(info.bits, 12);
  EXPECT_TRUE(info.alpha);
  EXPECT_GT(test::psnr(decode_image(as_bytes(file)), image), 35);
}

TEST(Encode, WhiteOfTwelveBitsIsWhite) {
  Image image(32, 32, 3);
  std::fill(image.pixels.begin(), image.pixels.end(), 1.0f);
  for (const float v : round_trip(image, {.format = ImageFormat::avif, .quality = 100, .bits = 16}).pixels) EXPECT_GT(v, 0.9995f);
}

TEST(Encode, ValuesOutsideTheRangeAreClamped) {
  Image image(3, 1, 3);
  image.pixels = {-1, 2, 0.5f, std::nanf(""), INFINITY, -INFINITY, 0, 1, 0.25f};
  const Image out = round_trip(image, {});
  EXPECT_EQ(out.pixels, (std::vector<float>{0, 1, 128 / 255.0f, 0, 1, 0, 0, 1, 64 / 255.0f}));
}

TEST(Encode, FormatsWithoutAlphaLayThePictureOnWhite) {
  Image image(16, 16, 4);  // black, invisible
  for (const auto format : {ImageFormat::jpeg, ImageFormat::ppm}) {
    const Image out = round_trip(image, {.format = format});
    EXPECT_EQ(out.channels, 3);
    for (const float v : out.pixels) EXPECT_EQ(v, 1.0f);
  }
}

TEST(Encode, RefusesWhatAFormatDoesNotHave) {
  const Image image = pattern(8, 8);
  const auto refused = [&](const EncodeOptions& options) {
    EXPECT_EQ(error_of([&] { encode_image(image, options); }).category(), ErrorCategory::bad_argument);
  };
  refused({.format = ImageFormat::jpeg, .bits = 16});
  refused({.format = ImageFormat::jpeg, .lossless = true});
  refused({.format = ImageFormat::avif, .lossless = true});
  refused({.format = ImageFormat::heic});
  refused({.quality = 0});
  refused({.bits = 12});
  EXPECT_EQ(error_of([] { encode_image(Image(), {}); }).category(), ErrorCategory::bad_argument);
  EXPECT_EQ(error_of([] { encode_image(Image(16384, 1, 3), {.format = ImageFormat::webp}); }).category(),
            ErrorCategory::bad_argument);
}

TEST(Encode, PngSaysItIsSrgb) {
  const std::string file = encode_image(pattern(8, 8), {});
  EXPECT_LT(file.find("sRGB"), file.find("IDAT"));
  EXPECT_EQ(file.find("iCCP"), std::string::npos);
}

TEST(SaveImage, FormatFollowsTheExtension) {
  for (const auto& [name, format] : {std::pair("a.png", ImageFormat::png),
                                     {"a.JPG", ImageFormat::jpeg},
                                     {"a.webp", ImageFormat::webp},
                                     {"a.tiff", ImageFormat::tiff},
                                     {"a.avif", ImageFormat::avif},
                                     {"a.ppm", ImageFormat::ppm}}) {
    const test::TemporaryFile file(name);
    save_image(file.path(), pattern(20, 20));
    EXPECT_EQ(probe_image(file.path()).format, format) << name;
  }
  EXPECT_EQ(error_of([] { save_image("a.gif", pattern(2, 2)); }).category(), ErrorCategory::bad_argument);
  EXPECT_EQ(error_of([] { save_image("/nowhere/at/all/a.png", pattern(2, 2)); }).category(), ErrorCategory::not_found);
}

// A file size limit stands for the full disk.
class FullDisk {
 public:
  FullDisk() : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit tiny{100, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &tiny);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit old_{};
  void (*old_handler_)(int);
};

TEST(SaveImage, FullDiskKeepsTheOldFile) {
  const test::TemporaryFile file("kept.png");
  save_image(file.path(), pattern(20, 20));
  const std::string before = read_file(file.path());
  {
    const FullDisk full;
    EXPECT_EQ(error_of([&] { save_image(file.path(), pattern(90, 90)); }).category(), ErrorCategory::io);
  }
  EXPECT_EQ(read_file(file.path()), before);
  const std::filesystem::directory_iterator folder(file.folder());
  EXPECT_EQ(std::distance(begin(folder), end(folder)), 1) << "a temporary file was left behind";
}

}  // namespace
}  // namespace inkstone
