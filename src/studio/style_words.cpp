#include "studio/style_words.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "core/files.hpp"
#include "core/nearest.hpp"
#include "core/text.hpp"
#include "core/toml.hpp"
#include "inkstone/error.hpp"

namespace inkstone::studio {
namespace {

constexpr uint64_t kMostSeeds = 64;
constexpr const char* kKinds[] = {"pca", "sefa"};

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct Span {
  uint64_t first, last;
};

// "3" or "3-7".
std::optional<Span> span_in(const std::string& text) {
  const auto dash = text.find('-');
  const auto first = number_in<uint64_t>(std::string_view(text).substr(0, dash));
  const auto last = dash == std::string::npos ? first : number_in<uint64_t>(std::string_view(text).substr(dash + 1));
  if (!first || !last || *last < *first) return std::nullopt;
  return Span{*first, *last};
}

// A dial before its name is looked up.
struct Said {
  std::string name, layers;
  double strength = 1;
};

[[noreturn]] void misread(const std::string& text) {
  throw Error(ErrorCategory::bad_argument,
              fmt::format("--direction takes NAME=STRENGTH or NAME=STRENGTH:FIRST-LAST, as pca0=2.5:0-3, not '{}'", text));
}

Said said_in(const std::string& text) {
  Said said;
  auto rest = trimmed(text);
  if (const auto colon = rest.find(':'); colon != std::string::npos) {
    said.layers = rest.substr(colon + 1);
    if (!span_in(said.layers)) misread(text);
    rest.resize(colon);
  }
  const auto equals = rest.find('=');
  said.name = rest.substr(0, equals);
  if (said.name.empty()) misread(text);
  if (equals == std::string::npos) return said;
  const auto strength = number_in<double>(std::string_view(rest).substr(equals + 1));
  if (!strength || !std::isfinite(*strength)) misread(text);
  said.strength = *strength;
  return said;
}

std::optional<Dial> plain_dial(const Said& said) {
  for (const std::string kind : kKinds) {
    if (!said.name.starts_with(kind)) continue;
    const auto number = number_in<int64_t>(std::string_view(said.name).substr(kind.size()));
    if (number && *number >= 0) return Dial{kind, *number, said.strength, said.layers};
  }
  return std::nullopt;
}

[[noreturn]] void unknown_direction(const std::string& name, const DialNames& names) {
  std::vector<std::string> known = {"pca0", "sefa0"};
  for (const auto& [own, dials] : names) known.push_back(own);
  throw Error(ErrorCategory::bad_argument, fmt::format("there is no direction '{}'{}; there are pca0, pca1, ..., sefa0, sefa1, "
                                                       "..., and the names in the model's .directions.toml",
                                                       name, did_you_mean(name, known)));
}

std::vector<Dial> dials_of_name(const nlohmann::json& value, const std::string& place) {
  std::vector<Dial> dials;
  for (const auto& one : value.is_array() ? value : nlohmann::json::array({value})) {
    const auto dial = one.is_string() ? plain_dial(said_in(one.get<std::string>())) : std::nullopt;
    if (!dial)
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("{}: a name stands for a direction such as \"pca3=2:0-3\", or a list of them", place));
    dials.push_back(*dial);
  }
  return dials;
}

}  // namespace

std::vector<uint64_t> seeds_in(const std::vector<std::string>& texts, const char* option) {
  std::vector<uint64_t> seeds;
  for (const auto& text : texts) {
    const auto span = span_in(text);
    if (!span) throw Error(ErrorCategory::bad_argument, fmt::format("--{} takes seeds, as 3,5 or 10-14, not '{}'", option, text));
    if (span->last - span->first >= kMostSeeds || seeds.size() + (span->last - span->first) >= kMostSeeds)
      throw Error(ErrorCategory::bad_argument, fmt::format("--{} takes at most {} seeds", option, kMostSeeds));
    for (uint64_t seed = span->first; seed <= span->last; ++seed) seeds.push_back(seed);
  }
  return seeds;
}

stylegan::Layers layers_in(const std::string& text, int64_t layers, const char* option) {
  const auto span = span_in(text);
  if (!span) throw Error(ErrorCategory::bad_argument, fmt::format("--{} takes layers, as 0-3 or 2, not '{}'", option, text));
  if (span->last >= uint64_t(layers))
    throw Error(ErrorCategory::bad_argument, fmt::format("--{}: there are no layers {}; the network has {}, counted from 0 to {}",
                                                         option, text, layers, layers - 1));
  return {int64_t(span->first), int64_t(span->last)};
}

std::string text_of(const Dial& dial) {
  return fmt::format("{}{}={}{}{}", dial.kind, dial.number, dial.strength, dial.layers.empty() ? "" : ":", dial.layers);
}

DialNames read_dial_names(const std::filesystem::path& file) {
  DialNames names;
  if (!std::filesystem::exists(file)) return names;
  const auto document = parse_toml(read_file(file, std::uint64_t(1) << 20), file.filename().string());
  for (const auto& [name, value] : document.values.items()) names[name] = dials_of_name(value, document.place(name));
  return names;
}

std::vector<Dial> dials_in(const std::vector<std::string>& texts, const DialNames& names) {
  std::vector<Dial> dials;
  for (const auto& text : texts) {
    const auto said = said_in(text);
    if (const auto plain = plain_dial(said)) {
      dials.push_back(*plain);
      continue;
    }
    const auto named = names.find(said.name);
    if (named == names.end()) unknown_direction(said.name, names);
    for (auto dial : named->second) {
      dial.strength *= said.strength;
      if (!said.layers.empty()) dial.layers = said.layers;
      dials.push_back(dial);
    }
  }
  return dials;
}

}  // namespace inkstone::studio
