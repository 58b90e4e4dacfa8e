#include "studio/feature_networks.hpp"

#include <filesystem>

#include "catalogue/sha256.hpp"
#include "inkstone/models.hpp"
#include "models/features/open.hpp"
#include "models/perceptual/embedded_weights.hpp"
#include "models/perceptual/perceptual.hpp"
#include "studio/model_record.hpp"
#include "weights/load.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

LoadedNetwork load(const ModelRef& model) {
  if (model.empty()) return {embedded_network(), "", sha256_hex(embedded_weights()), "Apache-2.0"};
  const bool is_path = fs::exists(model.value);
  const fs::path path = is_path ? fs::path(model.value) : model_path(model.value);
  LoadedNetwork loaded{make_feature_network(load_weights(path)), path.filename().string(), "", is_path ? "" : model_info(model.value).licence};
  if (fs::is_regular_file(path)) loaded.sha256 = sha256_file(path);
  if (loaded.licence.empty() && !loaded.sha256.empty()) loaded.licence = model_licence(path, loaded.sha256);
  return loaded;
}

}  // namespace

std::shared_ptr<const LoadedNetwork> FeatureNetworks::get(const ModelRef& model) {
  auto& slot = loaded_[model.value];
  if (!slot) slot = std::make_shared<const LoadedNetwork>(load(model));
  return slot;
}

}  // namespace inkstone::studio
