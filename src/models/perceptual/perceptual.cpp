#include "models/perceptual/perceptual.hpp"

#include "models/features/network_file.hpp"
#include "models/perceptual/embedded_weights.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {

FeatureNetwork embedded_network() {
  return to_feature_network(read_safetensors(embedded_weights()));
}

}  // namespace inkstone
