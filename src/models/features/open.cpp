#include "models/features/open.hpp"

#include "models/googlenet/googlenet.hpp"
#include "models/resnet/resnet.hpp"
#include "models/vgg/vgg.hpp"

namespace inkstone {

FeatureNetwork make_feature_network(const StateDict& weights) {
  if (holds_resnet(weights)) return make_resnet(weights);
  if (holds_googlenet(weights)) return make_googlenet(weights);
  return make_vgg(weights);
}

}  // namespace inkstone
