#include "post/colour_name.hpp"

#include <map>

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::post {
namespace {

Rgb hex_colour(const std::string& text) {
  const bool small = text.size() == 4;
  Rgb colour;
  for (int c = 0; c < 3; ++c) {
    const std::string digits = small ? std::string(2, text[1 + c]) : text.substr(1 + 2 * c, 2);
    colour[c] = static_cast<float>(std::stoi(digits, nullptr, 16)) / 255;
  }
  return colour;
}

bool is_hex(const std::string& text) {
  return (text.size() == 4 || text.size() == 7) && text[0] == '#' &&
         text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
}

}  // namespace

Rgb parse_colour(const std::string& text) {
  static const std::map<std::string, Rgb> named = {{"white", {1, 1, 1}},
                                                   {"black", {0, 0, 0}},
                                                   {"cream", {0.957f, 0.937f, 0.894f}},
                                                   {"grey", {0.5f, 0.5f, 0.5f}},
                                                   {"gold", {0.72f, 0.58f, 0.30f}}};
  if (const auto found = named.find(text); found != named.end()) return found->second;
  if (is_hex(text)) return hex_colour(text);
  throw Error(ErrorCategory::bad_argument,
              fmt::format("'{}' is not a colour: write #rrggbb or white, black, cream, grey, gold", text));
}

}  // namespace inkstone::post
