#include "data/procedural_dataset.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "data/draw_random.hpp"
#include "data/procedural/procedural.hpp"
#include "data/remembered.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr int64_t kTrain = 50'000, kTest = 10'000;
constexpr int64_t kMost = int64_t(1) << 40;

class ProceduralDataset : public Dataset {
 public:
  ProceduralDataset(std::vector<std::string> kinds, ProceduralSpec spec, int64_t count)
      : kinds_(std::move(kinds)), spec_(std::move(spec)), count_(count) {}

  int64_t size() const override { return count_; }
  PictureSize picture_size(int64_t) const override { return {spec_.height, spec_.width}; }
  std::vector<std::string> classes() const override { return kinds_; }

  Sample get(int64_t index) const override {
    const auto kind = static_cast<std::size_t>(index) % kinds_.size();
    auto spec = spec_;
    spec.kind = kinds_[kind];
    spec.seed = scrambled(spec_.seed + static_cast<uint64_t>(index));
    auto painted = paint_procedural(spec);
    return {std::move(painted.picture), static_cast<int64_t>(kind), std::move(painted.caption)};
  }

 private:
  std::vector<std::string> kinds_;
  ProceduralSpec spec_;
  int64_t count_;
};

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorCategory::bad_argument, fmt::format("procedural: {}", what));
}

std::vector<std::string> split_at(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(separator, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

int64_t number(const std::string& text, int64_t least, int64_t most, const char* what) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most)
    fail(fmt::format("{} must be a number from {} to {}, not '{}'", what, least, most, text));
  return value;
}

std::vector<std::string> kinds_of(const std::string& text) {
  const auto known = procedural_kinds();
  if (text == "all") return known;
  auto kinds = split_at(text, ',');
  for (const auto& kind : kinds)
    if (std::find(known.begin(), known.end(), kind) == known.end())
      fail(fmt::format("there is no kind '{}'{}", kind, did_you_mean(kind, known)));
  return kinds;
}

void set_size(ProceduralSpec& spec, const std::string& value) {
  const auto sides = split_at(value, 'x');
  if (sides.size() > 2) fail(fmt::format("size must be WIDTHxHEIGHT, not '{}'", value));
  spec.width = static_cast<int>(number(sides.front(), 8, 4096, "the width"));
  spec.height = static_cast<int>(number(sides.back(), 8, 4096, "the height"));
}

void set_option(ProceduralSpec& spec, int64_t& count, const std::string& text) {
  static const std::array<std::string, 4> keys = {"size", "count", "palette", "seed"};
  const auto equals = text.find('=');
  const auto key = text.substr(0, equals), value = equals == std::string::npos ? std::string() : text.substr(equals + 1);
  if (key == "size")
    set_size(spec, value);
  else if (key == "count")
    count = number(value, 1, kMost, "count");
  else if (key == "palette")
    spec.palette = value;
  else if (key == "seed")
    spec.seed = static_cast<uint64_t>(number(value, 0, kMost, "seed"));
  else
    fail(fmt::format("unknown option '{}'{}", key, did_you_mean(key, keys)));
}

}  // namespace

std::shared_ptr<const Dataset> open_procedural(const std::string& text, const std::string& split) {
  const auto colon = text.find(':');
  auto kinds = kinds_of(text.substr(0, colon));
  ProceduralSpec spec;
  spec.width = spec.height = 64;
  int64_t count = split == "test" ? kTest : kTrain;
  if (colon != std::string::npos)
    for (const auto& option : split_at(text.substr(colon + 1), ',')) set_option(spec, count, option);
  const auto palettes = palette_names();
  if (std::find(palettes.begin(), palettes.end(), spec.palette) == palettes.end())
    fail(fmt::format("there is no palette '{}'{}", spec.palette, did_you_mean(spec.palette, palettes)));
  spec.seed = scrambled(spec.seed ^ (split == "test" ? 0x74657374u : 0u));
  return remembered(std::make_shared<const ProceduralDataset>(std::move(kinds), std::move(spec), count));
}

}  // namespace inkstone
