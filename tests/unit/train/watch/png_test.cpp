// With zlib at hand (tests.cmake) the streams are read back by it; without, what can be said of bytes alone.
#include "train/watch/png.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#ifdef INKSTONE_HAVE_ZLIB
#include <zlib.h>
#endif

#include <torch/types.h>

#include "core/crc32.hpp"
#include "train/watch/deflate.hpp"
#include "train/watch/huffman.hpp"
#include "unit/train/watch/run_folder.hpp"

namespace inkstone {
namespace {

using test::RunFolder;

std::string noise(std::size_t size, int values) {
  std::mt19937 generator(1);
  std::string text(size, '\0');
  for (auto& c : text) c = static_cast<char>(generator() % static_cast<unsigned>(values));
  return text;
}

uint32_t big_endian(const std::string& bytes, std::size_t at) {
  uint32_t value = 0;
  for (std::size_t k = 0; k < 4; ++k) value = value << 8 | static_cast<uint8_t>(bytes[at + k]);
  return value;
}

TEST(Huffman, is_optimal_and_within_its_limit) {
  EXPECT_EQ(huffman_lengths({45, 13, 12, 16, 9, 5}, 15), (std::vector<int>{1, 3, 3, 3, 4, 4}));
  std::vector<uint64_t> doubling;
  for (int k = 0; k < 30; ++k) doubling.push_back(uint64_t(1) << k);
  const auto lengths = huffman_lengths(doubling, 7);
  double filled = 0;  // Kraft's sum: 1 for a complete code
  for (const int bits : lengths) {
    EXPECT_LE(bits, 7);
    filled += 1.0 / (1 << bits);
  }
  EXPECT_EQ(filled, 1);
}

TEST(Huffman, codes_are_those_of_the_standard) {
  // RFC 1951, 3.2.2: lengths 3,3,3,3,3,2,4,4 give 010 011 100 101 110 00 1110 1111; here the first bit is lowest
  const auto codes = huffman_codes({3, 3, 3, 3, 3, 2, 4, 4});
  EXPECT_EQ(codes, (std::vector<uint32_t>{0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111}));
}

#ifdef INKSTONE_HAVE_ZLIB
std::string inflated(const std::string& stream, std::size_t size) {
  std::string out(size + 1, '\0');
  auto length = static_cast<uLongf>(out.size());
  if (uncompress(reinterpret_cast<Bytef*>(out.data()), &length, reinterpret_cast<const Bytef*>(stream.data()), stream.size()) !=
      Z_OK)
    return "unreadable";
  out.resize(length);
  return out;
}

TEST(Deflate, zlib_reads_it_back) {
  for (const std::size_t size : {0, 1, 2, 3, 4, 100, 65536, 300000})
    for (const int values : {1, 2, 5, 256}) {
      const auto text = noise(size, values);
      EXPECT_EQ(inflated(zlib_compress(as_bytes(text)), size), text) << size << " bytes of " << values << " values";
    }
}

TEST(Deflate, comes_near_zlib) {
  std::string text;
  for (int k = 0; k < 4000; ++k) text += "step " + std::to_string(k * 7919 % 1000) + "; ";
  std::string theirs(compressBound(text.size()), '\0');
  auto length = static_cast<uLongf>(theirs.size());
  ASSERT_EQ(compress(reinterpret_cast<Bytef*>(theirs.data()), &length, reinterpret_cast<const Bytef*>(text.data()), text.size()),
            Z_OK);
  EXPECT_LT(double(zlib_compress(as_bytes(text)).size()), 1.15 * double(length));
}

// Undoes the filters of PNG, written from the standard and not from the encoder.
std::string unfiltered(std::string rows, std::size_t width, std::size_t pixel) {
  std::string picture;
  std::vector<int> above(width, 0);
  for (std::size_t at = 0; at < rows.size(); at += width + 1) {
    std::vector<int> row(width);
    for (std::size_t x = 0; x < width; ++x) {
      const int a = x >= pixel ? row[x - pixel] : 0, b = above[x], c = x >= pixel ? above[x - pixel] : 0, p = a + b - c;
      const int pa = std::abs(p - a), pb = std::abs(p - b), pc = std::abs(p - c);
      const int guesses[] = {0, a, b, (a + b) / 2, pa <= pb && pa <= pc ? a : pb <= pc ? b : c};
      row[x] = (static_cast<uint8_t>(rows[at + 1 + x]) + guesses[static_cast<int>(rows[at])]) & 255;
      picture.push_back(static_cast<char>(row[x]));
    }
    above = row;
  }
  return picture;
}

TEST(Png, keeps_every_pixel) {
  for (const int64_t channels : {1, 3, 4}) {
    auto picture = at::randint(256, {channels, 37, 23}, at::kByte);
    picture.narrow(1, 5, 20).copy_(at::arange(23).to(at::kByte).mul(9).expand({channels, 20, 23}));
    const auto png = encode_png(picture);
    // signature 8, IHDR 25, then IDAT: length, name, content
    ASSERT_EQ(png.substr(37, 4), "IDAT");
    const auto width = static_cast<std::size_t>(23 * channels);
    const auto rows = inflated(png.substr(41, big_endian(png, 33)), 37 * (width + 1));
    const auto expected = picture.permute({1, 2, 0}).contiguous();
    EXPECT_EQ(
        unfiltered(rows, width, static_cast<std::size_t>(channels)),
        std::string(reinterpret_cast<const char*>(expected.data_ptr<uint8_t>()), static_cast<std::size_t>(expected.numel())));
  }
}
#endif

TEST(Png, has_the_chunks_of_the_standard) {
  const auto png = encode_png(at::zeros({3, 2, 5}, at::kByte));
  EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_EQ(big_endian(png, 16), 5u);
  EXPECT_EQ(big_endian(png, 20), 2u);
  EXPECT_EQ(png.substr(24, 5), std::string("\x08\x02\0\0\0", 5));
  std::string names;
  for (std::size_t at = 8; at < png.size(); at += big_endian(png, at) + 12) {
    names += png.substr(at + 4, 4) + " ";
    EXPECT_EQ(big_endian(png, at + 8 + big_endian(png, at)), crc32(as_bytes(png.substr(at + 4, big_endian(png, at) + 4))));
  }
  EXPECT_EQ(names, "IHDR IDAT IEND ");
}

TEST(Png, refuses_what_is_no_picture) {
  for (const auto& wrong : {at::zeros({2, 4, 4}, at::kByte), at::zeros({3, 4, 4}), at::zeros({4, 4}, at::kByte),
                            at::zeros({3, 0, 4}, at::kByte), at::Tensor()})
    EXPECT_EQ(test::category_of([&] { encode_png(wrong); }), ErrorCategory::bad_argument);
}

TEST(Pnm, is_a_header_and_the_pixels) {
  const RunFolder folder;
  write_pnm(folder.path() / "a.ppm", at::arange(6).to(at::kByte).view({3, 1, 2}));
  EXPECT_EQ(folder.text("a.ppm"), std::string("P6\n2 1\n255\n\0\2\4\1\3\5", 17));
  write_pnm(folder.path() / "a.pgm", at::arange(2).to(at::kByte).view({1, 1, 2}));
  EXPECT_EQ(folder.text("a.pgm"), std::string("P5\n2 1\n255\n\0\1", 13));
}

}  // namespace
}  // namespace inkstone
