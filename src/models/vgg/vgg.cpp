#include "models/vgg/vgg.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/features/network_file.hpp"
#include "models/features/preprocessing.hpp"
#include "models/vgg/layout.hpp"

namespace inkstone {
namespace {

using Kind = FeatureStage::Kind;
using vgg::Scheme;

void set_preprocessing(FeatureNetwork& network, Scheme scheme, const StateDict& weights) {
  const auto said = weights.metadata.find("preprocessing");
  const std::string kind = said != weights.metadata.end()  ? said->second
                           : scheme == Scheme::torchvision ? "torchvision"
                                                           : "caffe";
  if (kind == "torchvision") return set_torchvision_preprocessing(network);
  if (kind == "caffe") return set_caffe_preprocessing(network);
  throw Error(ErrorCategory::corrupt_file,
              fmt::format("the weights' metadata asks for preprocessing '{}'; known are torchvision and caffe", kind));
}

// The last pooling, which only a network that reaches the end of the fifth block has.
void close_fifth_block(FeatureNetwork& network) {
  const int last = network.name == "vgg16" ? 3 : 4;
  if (!network.stages.empty() && network.stages.back().name == fmt::format("relu5_{}", last))
    network.stages.push_back({Kind::pool, "pool5", {}, {}});
}

void append(FeatureNetwork& network, int block, int place, const at::Tensor& weight, const at::Tensor& bias) {
  if (place == 1 && block > 1) network.stages.push_back({Kind::pool, fmt::format("pool{}", block - 1), {}, {}});
  network.stages.push_back({Kind::conv, fmt::format("conv{}_{}", block, place), weight, bias});
  network.stages.push_back({Kind::relu, fmt::format("relu{}_{}", block, place), {}, {}});
}

// VGG16 and VGG19 part in the third block: three or four convolutions.
std::string name_of(const vgg::Layout& layout) {
  if (layout.scheme == Scheme::collaborative) return "vgg19-16x";
  const bool fourth = layout.convolutions.count({3, 4}) != 0, beyond = layout.convolutions.count({4, 1}) != 0;
  return fourth ? "vgg19" : beyond ? "vgg16" : "vgg";
}

}  // namespace

FeatureNetwork make_vgg(const StateDict& weights) {
  if (holds_feature_network(weights)) return to_feature_network(weights);
  const auto layout = vgg::find_layout(weights);
  FeatureNetwork network;
  network.name = name_of(layout);
  set_preprocessing(network, layout.scheme, weights);
  for (const auto& [place, convolution] : layout.convolutions)
    append(network, place.first, place.second, convolution.weight, convolution.bias);
  close_fifth_block(network);
  check_feature_network(network);
  return network;
}

FeatureNetwork random_vgg19(uint64_t seed) {
  constexpr std::array<std::pair<int, int>, 5> blocks = {{{2, 64}, {2, 128}, {4, 256}, {4, 512}, {4, 512}}};
  const auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  FeatureNetwork network;
  network.name = "vgg19-random";
  set_caffe_preprocessing(network);
  int64_t in = 3;
  for (int block = 1; block <= 5; ++block) {
    const auto [count, out] = blocks[block - 1];
    for (int place = 1; place <= count; ++place, in = out) {
      const auto weight = at::empty({out, in, 3, 3}).normal_(0, std::sqrt(2.0 / (9.0 * static_cast<double>(in))), generator);
      append(network, block, place, weight, at::zeros({out}));
    }
  }
  close_fifth_block(network);
  return network;
}

}  // namespace inkstone
