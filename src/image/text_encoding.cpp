#include "image/text_encoding.hpp"

#include <cstdint>

namespace inkstone {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 63))};
  } else if (c < 0x10000) {
    out += {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 63)), static_cast<char>(0x80 | (c & 63))};
  } else {
    out += {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 63)), static_cast<char>(0x80 | (c >> 6 & 63)),
            static_cast<char>(0x80 | (c & 63))};
  }
}

bool is_valid(char32_t c, std::size_t length) {
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  return c >= smallest[length] && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
}

// Takes one character off the front; a malformed byte is taken alone and gives U+FFFD.
char32_t take_utf8(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 0;
  char32_t c = length == 1 ? lead : lead & (0xFF >> (length + 1));
  bool good = length != 0 && lead < 0xF8 && length <= text.size();
  for (std::size_t i = 1; good && i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    good = (next & 0xC0) == 0x80;
    c = c << 6 | (next & 63);
  }
  good = good && is_valid(c, length);
  text.remove_prefix(good ? length : 1);
  return good ? c : kReplacement;
}

void append_unit(std::string& out, std::uint32_t unit, ByteOrder order) {
  const char high = static_cast<char>(unit >> 8 & 255), low = static_cast<char>(unit & 255);
  if (order == ByteOrder::big)
    out += {high, low};
  else
    out += {low, high};
}

char32_t unit_at(std::string_view bytes, std::size_t at, ByteOrder order) {
  const auto first = static_cast<unsigned char>(bytes[at]), second = static_cast<unsigned char>(bytes[at + 1]);
  return order == ByteOrder::big ? first << 8 | second : second << 8 | first;
}

}  // namespace

std::string clean_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty())
    if (const char32_t c = take_utf8(text); c != 0) append_utf8(out, c);
  return out;
}

std::optional<std::string> utf8_to_latin1(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const char32_t c = take_utf8(text);
    if (c > 255) return std::nullopt;
    out += static_cast<char>(c);
  }
  return out;
}

std::string latin1_to_utf8(std::string_view text) {
  std::string out;
  for (const char c : text) append_utf8(out, static_cast<unsigned char>(c));
  return out;
}

std::string utf8_to_utf16(std::string_view text, ByteOrder order) {
  std::string out;
  while (!text.empty()) {
    const char32_t c = take_utf8(text);
    if (c >= 0x10000) append_unit(out, 0xD7C0 + (c >> 10), order);
    append_unit(out, c >= 0x10000 ? 0xDC00 | (c & 0x3FF) : c, order);
  }
  return out;
}

std::string utf16_to_utf8(std::string_view bytes, ByteOrder order) {
  std::string out;
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    char32_t c = unit_at(bytes, at, order);
    const bool pair = c >= 0xD800 && c <= 0xDBFF && at + 3 < bytes.size();
    const char32_t low = pair ? unit_at(bytes, at + 2, order) : 0;
    if (low >= 0xDC00 && low <= 0xDFFF) {
      c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
      at += 2;
    } else if (c >= 0xD800 && c <= 0xDFFF) {
      c = kReplacement;
    }
    if (c != 0) append_utf8(out, c);
  }
  return out;
}

}  // namespace inkstone
