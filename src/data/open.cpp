#include "data/open.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "data/cifar.hpp"
#include "data/idx.hpp"
#include "data/packed.hpp"
#include "data/place.hpp"
#include "data/procedural_dataset.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

const std::array<std::string, 4> kForms = {"idx", "cifar", "packed", "procedural"};

// "idx" and the rest; nothing for a bare path (a Windows drive or a URL is no form of ours either).
std::optional<std::pair<std::string, std::string>> prefixed(const std::string& spec) {
  const auto colon = spec.find(':');
  if (colon == std::string::npos || colon < 2 || spec.find('/') < colon) return std::nullopt;
  return std::pair(spec.substr(0, colon), spec.substr(colon + 1));
}

std::shared_ptr<const Dataset> open_split(const fs::path& path, const std::string& split) {
  for (const auto& candidate : {path / split, path / (split + ".safetensors")})
    if (is_there(candidate)) return open_packed(candidate);
  return open_packed(path);
}

bool is_form(const std::string& form) {
  return std::find(kForms.begin(), kForms.end(), form) != kForms.end();
}

bool has_packed(const fs::path& path) {
  return is_packed(path) || is_packed(path / "train") || is_packed(path / "test");
}

}  // namespace

bool is_engine_dataset(const std::string& spec) {
  const auto parts = prefixed(spec);
  return parts ? is_form(parts->first) : has_packed(spec);
}

std::shared_ptr<const Dataset> open_dataset(const std::string& spec, const std::string& split) {
  if (split != "train" && split != "test")
    throw Error(ErrorCategory::bad_argument, fmt::format("a data set has the splits train and test, not '{}'", split));
  const auto parts = prefixed(spec);
  if (!parts) {
    status_of(spec);
    if (has_packed(spec)) return open_split(spec, split);
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} is no packed data set; pack it first: inkstone dataset pack {} OUTPUT", spec, spec));
  }
  const auto& [form, rest] = *parts;
  if (!is_form(form))
    throw Error(ErrorCategory::bad_argument,
                fmt::format("unknown data set '{}'; the forms are idx:, cifar:, packed: and procedural:{}", spec,
                            did_you_mean(form, kForms)));
  if (rest.empty())
    throw Error(ErrorCategory::bad_argument,
                fmt::format("'{}' names no {}", spec, form == "procedural" ? "kind of picture" : "path"));
  if (form == "idx") return open_idx(rest, split);
  if (form == "cifar") return open_cifar(rest, split);
  return form == "packed" ? open_split(rest, split) : open_procedural(rest, split);
}

bool has_parts(const std::string& spec) {
  if (spec.starts_with("idx:") || spec.starts_with("cifar:") || spec.starts_with("procedural:")) return true;
  const fs::path place = spec.starts_with("packed:") ? spec.substr(7) : spec;
  const auto holds = [&](const char* name) { return is_there(place / name); };
  return (holds("train") || holds("train.safetensors")) &&
         (holds("test") || holds("test.safetensors") || holds("val") || holds("valid") || holds("validation"));
}

}  // namespace inkstone
