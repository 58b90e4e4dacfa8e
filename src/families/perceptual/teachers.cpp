#include "families/perceptual/teachers.hpp"

#include <ATen/ATen.h>

namespace inkstone::perceptual {
namespace {

using Kind = FeatureStage::Kind;
constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

const std::set<std::string> kTrueLayers = {"relu1_1", "relu1_2", "relu2_1", "relu2_2",
                                           "relu3_1", "relu3_2", "relu3_3", "relu3_4"};
const std::set<std::string> kNarrowLayers = {"relu4_1", "relu4_2", "relu4_3", "relu5_1"};

// All but the first convolution in bfloat16, and nothing past the last layer wanted.
FeatureNetwork prepared(FeatureNetwork network, const std::string& last) {
  network.stages.resize(network.stage(last) + 1);
  for (auto& stage : network.stages) {
    if (stage.kind != Kind::conv) continue;
    const auto dtype = stage.weight.size(1) == 3 ? at::kFloat : at::kBFloat16;
    stage.weight = stage.weight.to(dtype).contiguous(kChannelsLast);
    stage.bias = stage.bias.to(dtype);
  }
  return network;
}

}  // namespace

Teachers::Teachers(const FeatureNetwork& vgg19, const FeatureNetwork& sixteenth)
    : vgg19_(prepared(vgg19, *kTrueLayers.rbegin())), sixteenth_(prepared(sixteenth, *kNarrowLayers.rbegin())) {}

std::map<std::string, at::Tensor> Teachers::before_rectifiers(const at::Tensor& rgb) const {
  const at::NoGradGuard frozen;
  std::map<std::string, at::Tensor> found;
  collect(vgg19_, Padding::zero, kTrueLayers, rgb, found);
  collect(sixteenth_, Padding::reflection, kNarrowLayers, rgb, found);  // as it was trained
  return found;
}

void Teachers::collect(const FeatureNetwork& network, Padding padding, const std::set<std::string>& layers, const at::Tensor& rgb,
                       std::map<std::string, at::Tensor>& found) const {
  at::Tensor x = preprocess(network, rgb).contiguous(kChannelsLast);
  for (const auto& stage : network.stages) {
    if (stage.kind == Kind::conv) {
      x = x.to(stage.weight.scalar_type());
      const bool reflect = padding == Padding::reflection;
      if (reflect)
        x = at::reflection_pad2d(x.to(at::kFloat).contiguous(), {1, 1, 1, 1}).to(x.scalar_type()).contiguous(kChannelsLast);
      x = at::conv2d(x, stage.weight, stage.bias, 1, reflect ? 0 : 1);
    } else if (stage.kind == Kind::relu) {
      if (layers.count(stage.name) != 0) found[stage.name] = x.to(at::kFloat);
      x = at::relu(x);
    } else {
      x = at::max_pool2d(x, 2, 2);
    }
  }
}

}  // namespace inkstone::perceptual
