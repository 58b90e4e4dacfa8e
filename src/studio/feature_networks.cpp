#include "studio/feature_networks.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "catalogue/sha256.hpp"
#include "inkstone/models.hpp"
#include "models/features/open.hpp"
#include "models/perceptual/embedded_weights.hpp"
#include "models/perceptual/perceptual.hpp"
#include "studio/model_record.hpp"
#include "studio/picture_networks.hpp"
#include "weights/load.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

std::uint64_t bytes_of_stages(const FeatureNetwork& network) {
  std::uint64_t bytes = 0;
  for (const auto& stage : network.stages)
    for (const auto& tensor : {stage.weight, stage.bias})
      if (tensor.defined()) bytes += tensor.nbytes();
  return bytes;
}

LoadedNetwork load_embedded() {
  return {embedded_network(), "", sha256_hex(embedded_weights()), "Apache-2.0"};
}

LoadedNetwork load(const fs::path& path, const std::string& licence) {
  LoadedNetwork loaded{make_feature_network(load_weights(path)), path.filename().string(), "", licence};
  if (fs::is_regular_file(path)) loaded.sha256 = sha256_file(path);
  if (loaded.licence.empty() && !loaded.sha256.empty()) loaded.licence = model_licence(path, loaded.sha256);
  return loaded;
}

Loaded<LoadedNetwork> with_size(LoadedNetwork loaded) {
  const auto bytes = bytes_of_stages(loaded.network);
  return {std::make_shared<LoadedNetwork>(std::move(loaded)), bytes};
}

}  // namespace

void refuse_painter(const ModelRef& model) {
  if (names_picture_network(model))
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} turns a picture into another and says nothing of it; use a network that looks: -m "
                            "resnet50-imagenet, googlenet or vgg19",
                            model.value));
}

std::shared_ptr<const LoadedNetwork> FeatureNetworks::get(const ModelRef& model) const {
  if (model.empty())
    return models_.get<LoadedNetwork>(embedded_key("features", embedded_weights().size()),
                                      [] { return with_size(load_embedded()); });
  refuse_painter(model);
  const bool is_path = fs::exists(model.value);
  const fs::path path = is_path ? fs::path(model.value) : model_path(model.value);
  const auto licence = is_path ? std::string() : model_info(model.value).licence;
  return models_.get<LoadedNetwork>(model_key({path}, licence), [&] { return with_size(load(path, licence)); });
}

}  // namespace inkstone::studio
