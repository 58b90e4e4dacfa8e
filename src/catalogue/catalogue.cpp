#include "catalogue/catalogue.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "core/files.hpp"
#include "core/nearest.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr std::uint64_t kCatalogueLimit = std::uint64_t(16) << 20;

void append(std::vector<ModelEntry>& entries, std::vector<ModelEntry> more, const std::string& origin) {
  for (auto& entry : more) {
    const auto same = [&](const ModelEntry& other) { return other.name == entry.name; };
    if (std::any_of(entries.begin(), entries.end(), same))
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("{}: '{}' is built in; give your model another name", origin, entry.name));
    entries.push_back(std::move(entry));
  }
}

}  // namespace

std::uint64_t ModelEntry::size() const {
  return std::accumulate(files.begin(), files.end(), std::uint64_t(0),
                         [](std::uint64_t sum, const ModelFile& file) { return sum + file.size; });
}

Catalogue Catalogue::load(const Places& places) {
  auto entries = parse_catalogue(built_in_catalogue(), "built-in catalogue");
  const auto own = places.user_catalogue();
  if (std::filesystem::exists(own)) append(entries, parse_catalogue(read_file(own, kCatalogueLimit), own.string()), own.string());
  return Catalogue(std::move(entries));
}

const ModelEntry& Catalogue::find(std::string_view name, std::vector<std::string> known) const {
  for (const auto& entry : entries_) {
    if (entry.name == name) return entry;
    known.push_back(entry.name);
  }
  throw Error(ErrorCategory::not_found, fmt::format("no model is called '{}'{}{}", name, did_you_mean(name, known),
                                                    " (`inkstone models list` shows them all)"));
}

}  // namespace inkstone
