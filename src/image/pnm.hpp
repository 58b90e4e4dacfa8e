// Portable grey and pixel maps (Netpbm: P2, P3, P5, P6), read and written without a library: the format in which
// pictures leave a machine that has none. libvips's own reader is not meant for strangers' files.
#pragma once

#include <string>
#include <string_view>

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

// P6 of 8 or 16 bits; samples are width * height * 3, 16-bit ones in the machine's order.
std::string encode_ppm(int width, int height, std::span<const std::uint8_t> samples);
std::string encode_ppm(int width, int height, std::span<const std::uint16_t> samples);

}  // namespace inkstone
