#include "text/prompt_networks.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "core/text.hpp"
#include "inkstone/error.hpp"
#include "text/prompt_length.hpp"

namespace inkstone {
namespace {

constexpr std::string_view kOpenings[] = {"<lora:", "<lyco:"};

double weight_of(std::string_view text, std::string_view mention) {
  const auto number = trimmed(text);
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error == std::errc() && end == number.data() + number.size() && std::isfinite(value)) return value;
  throw Error(ErrorCategory::bad_argument,
              fmt::format("'{}' in the prompt should be <lora:NAME:WEIGHT>, the weight a number such as 0.8", mention));
}

// The text before the next colon, which text loses.
std::string_view next_field(std::string_view& text) {
  const auto colon = text.find(':');
  const auto field = text.substr(0, colon);
  text.remove_prefix(colon == std::string_view::npos ? text.size() : colon + 1);
  return field;
}

LoraMention parse_lora(std::string_view fields, std::string_view mention) {
  LoraMention lora;
  lora.name = trimmed(next_field(fields));
  if (lora.name.empty())
    throw Error(ErrorCategory::bad_argument, fmt::format("'{}' in the prompt names no file; write <lora:NAME:WEIGHT>", mention));
  for (int place = 0; !fields.empty(); ++place) {
    const auto field = next_field(fields);
    const bool text_named = field.starts_with("te="), unet_named = field.starts_with("unet=");
    const double weight = weight_of(text_named || unet_named ? field.substr(field.find('=') + 1) : field, mention);
    if (!unet_named && (text_named || place == 0)) lora.text_weight = weight;
    if (!text_named) lora.unet_weight = weight;
  }
  return lora;
}

std::size_t find_opening(std::string_view text, std::size_t from) {
  return std::min(text.find(kOpenings[0], from), text.find(kOpenings[1], from));
}

}  // namespace

PromptWithLoras extract_loras(const std::string& prompt) {
  check_prompt_length(prompt);
  PromptWithLoras found;
  const std::string_view text = prompt;
  std::size_t from = 0;
  for (auto at = find_opening(text, 0); at != std::string_view::npos; at = find_opening(text, from)) {
    const auto end = text.find('>', at);
    if (end == std::string_view::npos) break;
    const auto mention = text.substr(at, end + 1 - at);
    found.prompt += text.substr(from, at - from);
    found.loras.push_back(parse_lora(mention.substr(kOpenings[0].size(), mention.size() - kOpenings[0].size() - 1), mention));
    from = end + 1;
  }
  found.prompt += text.substr(from);
  return found;
}

}  // namespace inkstone
