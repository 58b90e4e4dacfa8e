#include "image/pnm.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "image/metadata_parts.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr unsigned kMaxSide = 10'000'000;  // as libvips: keeps every product below 2^63

std::string header(int width, int height, int maximum, const PpmTexts& texts = {}) {
  std::string comments;
  for (const auto& [keyword, text] : texts)
    for (std::size_t start = 0; start < text.size();) {
      const auto end = std::min(text.find('\n', start), text.size());
      comments += fmt::format("# {}: {}\n", keyword, std::string_view(text).substr(start, end - start));
      start = end + 1;
    }
  return fmt::format("P6\n{}{} {}\n{}\n", comments, width, height, maximum);
}

}  // namespace

PnmReader::PnmReader(Bytes bytes, std::string_view name) : bytes_(bytes), name_(name) {
  const char kind = static_cast<char>(bytes[1]);
  plain_ = kind == '2' || kind == '3';
  channels_ = kind == '3' || kind == '6' ? 3 : 1;
  width_ = static_cast<int>(next_number(kMaxSide, "width"));
  height_ = static_cast<int>(next_number(kMaxSide, "height"));
  maximum_ = next_number(65535, "maximum");
  if (width_ == 0 || height_ == 0 || maximum_ == 0) fail("a size of zero");
  if (plain_) return;
  ++at_;  // exactly one white space ends the header
  const std::uint64_t needed = std::uint64_t(width_) * height_ * channels_ * (maximum_ > 255 ? 2 : 1);
  if (at_ > bytes_.size() || bytes_.size() - at_ < needed) fail("it is cut short");
}

void PnmReader::fail(std::string_view cause) const {
  throw Error(ErrorCategory::corrupt_file, fmt::format("{} is a damaged PPM file: {}", name_, cause));
}

// Decimal digits after white space and comments.
unsigned PnmReader::next_number(unsigned limit, std::string_view what) {
  const auto peek = [&] { return at_ < bytes_.size() ? static_cast<unsigned char>(bytes_[at_]) : '\0'; };
  while (std::isspace(peek()) || peek() == '#') {
    if (peek() == '#')
      while (at_ < bytes_.size() && peek() != '\n') ++at_;
    else
      ++at_;
  }
  if (!std::isdigit(peek())) fail(at_ >= bytes_.size() ? "it is cut short" : fmt::format("its {} is no number", what));
  unsigned value = 0;
  for (; std::isdigit(peek()); ++at_) {
    value = value * 10 + (peek() - '0');
    if (value > limit) fail(fmt::format("its {} is above {}", what, limit));
  }
  return value;
}

unsigned PnmReader::next_sample() {
  if (plain_) return next_number(maximum_, "sample");
  const unsigned high = static_cast<unsigned>(bytes_[at_++]);
  return maximum_ > 255 ? high << 8 | static_cast<unsigned>(bytes_[at_++]) : high;
}

ImageInfo PnmReader::info() const {
  return {.width = width_, .height = height_, .format = ImageFormat::ppm, .bits = maximum_ > 255 ? 16 : 8};
}

void PnmReader::read(int count, float* rows) {
  const auto maximum = static_cast<float>(maximum_);
  for (std::size_t i = 0; i < std::size_t(count) * width_; ++i, rows += 3)
    for (int c = 0; c < 3; ++c) rows[c] = c < channels_ ? std::min(static_cast<float>(next_sample()) / maximum, 1.0f) : rows[0];
}

std::string encode_ppm(int width, int height, std::span<const std::uint8_t> samples, const PpmTexts& texts) {
  std::string file = header(width, height, 255, texts);
  return file.append(reinterpret_cast<const char*>(samples.data()), samples.size());
}

std::string encode_ppm(int width, int height, std::span<const std::uint16_t> samples) {
  std::string file = header(width, height, 65535);
  file.reserve(file.size() + samples.size() * 2);
  for (const auto sample : samples) {
    file.push_back(static_cast<char>(sample >> 8));
    file.push_back(static_cast<char>(sample & 255));
  }
  return file;
}

PpmTexts read_ppm_texts(Bytes bytes) {
  std::string_view rest(reinterpret_cast<const char*>(bytes.data()), std::min(bytes.size(), kMaxTextBytes));
  rest.remove_prefix(std::min<std::size_t>(rest.size(), 3));  // "P6" and its line end
  PpmTexts texts;
  while (rest.starts_with('#')) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const auto colon = line.find(": ");
    if (!line.starts_with("# ") || colon == std::string_view::npos) continue;
    const auto keyword = line.substr(2, colon - 2), text = line.substr(colon + 2);
    if (!texts.empty() && texts.back().first == keyword)
      texts.back().second.append("\n").append(text);
    else
      texts.emplace_back(keyword, text);
  }
  return texts;
}

}  // namespace inkstone
