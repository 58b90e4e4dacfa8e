// Portable grey and pixel maps (Netpbm: P2, P3, P5, P6), read and written without a library: the format in which
// pictures leave a machine that has none. libvips's own reader is not meant for strangers' files.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "image/row_reader.hpp"

namespace inkstone {

class PnmReader : public RowReader {
 public:
  // Checks the header and, for P5 and P6, that every row is there. Throws corrupt_file.
  PnmReader(Bytes bytes, std::string_view name);

  ImageInfo info() const override;
  bool streams() const override { return true; }
  void read(int count, float* rows) override;

 private:
  [[noreturn]] void fail(std::string_view cause) const;
  unsigned next_number(unsigned limit, std::string_view what);
  unsigned next_sample();

  Bytes bytes_;
  std::string name_;
  std::size_t at_ = 2;
  int width_ = 0, height_ = 0, channels_ = 3;
  unsigned maximum_ = 255;
  bool plain_ = false;
};

// What a PPM says of itself, keyword and UTF-8 text: comment lines "# keyword: text" between the magic number and the size, one
// for each line of the text.
using PpmTexts = std::vector<std::pair<std::string, std::string>>;
inline constexpr const char* kPpmDigitalSource = "DigitalSourceType";

// P6 of 8 or 16 bits; samples are width * height * 3, 16-bit ones in the machine's order.
std::string encode_ppm(int width, int height, std::span<const std::uint8_t> samples, const PpmTexts& texts = {});
std::string encode_ppm(int width, int height, std::span<const std::uint16_t> samples);

// Other comments are passed over; at most kMaxTextBytes are looked at.
PpmTexts read_ppm_texts(Bytes bytes);

}  // namespace inkstone
