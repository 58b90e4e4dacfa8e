#include "inkstone/models.hpp"

#include <fmt/format.h>

#include "catalogue/cache.hpp"
#include "catalogue/catalogue.hpp"
#include "inkstone/error.hpp"
#include "studio/model_record.hpp"
#include "transform/embedded.hpp"

namespace inkstone {
namespace {

struct Shelf {
  Places places = Places::from_environment();
  Catalogue catalogue = Catalogue::load(places);
  ModelCache cache{places};
};

ModelInfo describe(const ModelEntry& entry, const ModelCache& cache) {
  ModelInfo info{.name = entry.name,
                 .purpose = entry.purpose,
                 .licence = entry.licence,
                 .format = entry.format,
                 .loader = entry.loader,
                 .bytes = entry.size(),
                 .present = cache.is_present(entry),
                 .path = cache.folder(entry) / entry.main,
                 .files = {}};
  if (entry.main.empty()) info.path = cache.folder(entry);
  for (const auto& file : entry.files) info.files.push_back({file.path, file.sources, file.size, file.sha256});
  return info;
}

// Networks that travel with the program: always here, without a file of their own.
std::vector<ModelInfo> built_in_models() {
  std::vector<ModelInfo> models;
  for (const auto& [name, purpose] : transform::embedded_networks())
    models.push_back({.name = name,
                      .purpose = purpose,
                      .licence = "Apache-2.0",
                      .format = "safetensors",
                      .loader = "built-in",
                      .bytes = transform::embedded_network(name).size(),
                      .present = true,
                      .path = {},
                      .files = {}});
  return models;
}

const ModelEntry& entry_of(const Shelf& shelf, const std::string& name) {
  std::vector<std::string> built_in;
  for (const auto& model : built_in_models()) built_in.push_back(model.name);
  if (!transform::embedded_network(name).empty())
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} travels inside the program: it has no file, and nothing need be fetched", name));
  return shelf.catalogue.find(name, built_in);
}

std::string verdict(FileState state) {
  switch (state) {
    case FileState::intact:
      return "intact";
    case FileState::missing:
      return "missing";
    case FileState::wrong_size:
      return "wrong size";
    case FileState::wrong_digest:
      return "wrong sha256";
    case FileState::unknown:
      break;
  }
  return "not in the catalogue";
}

ModelCheck describe(const FileCheck& check) {
  return {check.path, check.model, verdict(check.state), check.sha256, check.state == FileState::intact};
}

}  // namespace

std::vector<ModelInfo> list_models() {
  const Shelf shelf;
  auto models = built_in_models();
  for (const auto& entry : shelf.catalogue.entries()) models.push_back(describe(entry, shelf.cache));
  return models;
}

ModelInfo model_info(const std::string& name) {
  for (auto& model : built_in_models())
    if (model.name == name) return model;
  const Shelf shelf;
  return describe(entry_of(shelf, name), shelf.cache);
}

std::filesystem::path model_path(const std::string& name) {
  const Shelf shelf;
  return shelf.cache.path(entry_of(shelf, name));
}

void pull_model(const std::string& name, Observer& observer) {
  const Shelf shelf;
  shelf.cache.pull(entry_of(shelf, name), observer);
}

std::vector<ModelCheck> verify_model(const std::string& name_or_path) {
  const Shelf shelf;
  if (std::filesystem::is_regular_file(name_or_path)) return {describe(identify(name_or_path, shelf.catalogue))};
  std::vector<ModelCheck> checks;
  for (const auto& check : shelf.cache.verify(entry_of(shelf, name_or_path))) checks.push_back(describe(check));
  return checks;
}

std::string studio::catalogue_licence(const std::string& sha256) {
  const Shelf shelf;
  for (const auto& entry : shelf.catalogue.entries())
    for (const auto& file : entry.files)
      if (!file.sha256.empty() && sha256.starts_with(file.sha256)) return entry.licence;
  return {};
}

}  // namespace inkstone
