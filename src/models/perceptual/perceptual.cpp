#include "models/perceptual/perceptual.hpp"

#include "models/features/network_file.hpp"
#include "models/perceptual/embedded_weights.hpp"
#include "models/vgg/vgg.hpp"
#include "weights/load.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {

FeatureNetwork embedded_network() {
  return to_feature_network(read_safetensors(embedded_weights()));
}

FeatureNetwork perceptual_network(const std::filesystem::path& file) {
  return file.empty() ? embedded_network() : make_vgg(load_weights(file));
}

}  // namespace inkstone
