#include "families/perceptual/student.hpp"

#include <cmath>

#include <ATen/ATen.h>

namespace inkstone::perceptual {
namespace {

using Kind = FeatureStage::Kind;

constexpr double kInputScale = 64;  // about the RMS of a picture in 0-255 minus its mean
constexpr double kNarrowRms =
    200;  // of the finished layers past relu3_4: their teacher's units are arbitrary, VGG19's are about this

struct Plan {
  const char* name;
  int in = 0, out = 0, kernel = 0;
};

// Ranks follow the spectra of VGG19's features: what a rank leaves out of relu1_2 .. relu3_4 is 0.1 to 4 % of their energy.
const std::vector<std::pair<const char*, std::vector<Plan>>>& plan() {
  static const std::vector<std::pair<const char*, std::vector<Plan>>> blocks = {
      {"relu1_1", {{"conv1_1", 3, 64, 3}, {"relu1_1"}}},
      {"relu1_2", {{"conv1_2_mix", 64, 32, 1}, {"conv1_2_see", 32, 24, 3}, {"conv1_2", 24, 64, 1}, {"relu1_2"}}},
      {"relu2_1", {{"pool1"}, {"conv2_1_mix", 64, 32, 1}, {"conv2_1_see", 32, 48, 3}, {"conv2_1", 48, 128, 1}, {"relu2_1"}}},
      {"relu2_2", {{"conv2_2_mix", 128, 48, 1}, {"conv2_2_see", 48, 64, 3}, {"conv2_2", 64, 128, 1}, {"relu2_2"}}},
      {"relu3_1", {{"pool2"}, {"conv3_1_mix", 128, 64, 1}, {"conv3_1_see", 64, 96, 3}, {"conv3_1", 96, 256, 1}, {"relu3_1"}}},
      {"relu3_2", {{"conv3_2_mix", 256, 48, 1}, {"conv3_2_see", 48, 64, 3}, {"conv3_2", 64, 256, 1}, {"relu3_2"}}},
      {"relu3_3", {{"conv3_3_mix", 256, 48, 1}, {"conv3_3_see", 48, 48, 3}, {"conv3_3", 48, 256, 1}, {"relu3_3"}}},
      {"relu3_4", {{"conv3_4_mix", 256, 48, 1}, {"conv3_4_see", 48, 48, 3}, {"conv3_4", 48, 256, 1}, {"relu3_4"}}},
      {"relu4_1", {{"pool3"}, {"conv4_1_mix", 256, 64, 1}, {"conv4_1", 64, 128, 3}, {"relu4_1"}}},
      {"relu4_2", {{"conv4_2_mix", 128, 64, 1}, {"conv4_2", 64, 128, 3}, {"relu4_2"}}},
      {"relu4_3", {{"conv4_3_mix", 128, 64, 1}, {"conv4_3", 64, 128, 3}, {"relu4_3"}}},
      {"relu5_1", {{"pool4"}, {"conv5_1", 128, 128, 3}, {"relu5_1"}}},
  };
  return blocks;
}

Kind kind_of(std::string_view name) {
  return name.starts_with("relu") ? Kind::relu : name.starts_with("pool") ? Kind::pool : Kind::conv;
}

FeatureStage make_stage(const Plan& plan, bool rectified, const at::Generator& generator) {
  FeatureStage stage{kind_of(plan.name), plan.name, {}, {}};
  if (stage.kind != Kind::conv) return stage;
  const double deviation = std::sqrt((rectified ? 2.0 : 1.0) / (plan.in * plan.kernel * plan.kernel));
  stage.weight = at::empty({plan.out, plan.in, plan.kernel, plan.kernel}).normal_(0, deviation, generator);
  stage.weight = stage.weight.contiguous(at::MemoryFormat::ChannelsLast).requires_grad_();
  stage.bias = at::zeros({plan.out}).requires_grad_();
  return stage;
}

Block make_block(const char* layer, const std::vector<Plan>& plans, const at::Generator& generator) {
  Block block{layer, {}};
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const bool rectified = i + 1 < plans.size() && kind_of(plans[i + 1].name) == Kind::relu;
    block.stages.push_back(make_stage(plans[i], rectified, generator));
  }
  return block;
}

FeatureNetwork with_preprocessing() {
  FeatureNetwork network;
  network.name = "inkstone-perceptual";
  network.order = {2, 1, 0};
  network.scale = {255, 255, 255};
  network.mean = {103.939f, 116.779f, 123.68f};
  return network;
}

// Input channels divided by `in`, output channels multiplied by `out`.
FeatureStage rescaled(const FeatureStage& stage, const at::Tensor& in, const at::Tensor& out) {
  FeatureStage folded = stage;
  folded.weight = (stage.weight / in.view({1, -1, 1, 1}) * out.view({-1, 1, 1, 1})).contiguous();
  folded.bias = stage.bias * out;
  return folded;
}

}  // namespace

Student::Student(ChannelScales scales, const at::Generator& generator) : scales_(std::move(scales)) {
  for (const auto& [layer, stages] : plan()) blocks_.push_back(make_block(layer, stages, generator));
}

std::vector<at::Tensor> Student::parameters() const {
  std::vector<at::Tensor> all;
  for (const auto& block : blocks_)
    for (const auto& stage : block.stages)
      if (stage.kind == Kind::conv) all.insert(all.end(), {stage.weight, stage.bias});
  return all;
}

at::Tensor Student::before_rectifier(const Block& block, at::Tensor x) const {
  for (std::size_t i = 0; i + 1 < block.stages.size(); ++i) x = apply(block.stages[i], x);
  return x;
}

at::Tensor Student::input(const at::Tensor& rgb) const {
  static const FeatureNetwork network = with_preprocessing();
  return preprocess(network, rgb).div(kInputScale).contiguous(at::MemoryFormat::ChannelsLast);
}

std::vector<at::Tensor> Student::run(const at::Tensor& rgb) const {
  std::vector<at::Tensor> outputs;
  at::Tensor x = input(rgb);
  for (const auto& block : blocks_) {
    outputs.push_back(before_rectifier(block, x));
    x = at::relu(outputs.back());
  }
  return outputs;
}

at::Tensor Student::finished_scale(const std::string& layer) const {
  const auto& s = scale(layer);
  return layer < "relu4" ? s : s * (kNarrowRms / s.square().mean().sqrt().item<double>());
}

FeatureNetwork Student::finished() const {
  auto network = with_preprocessing();
  const at::NoGradGuard frozen;
  at::Tensor in = at::full({3}, kInputScale);
  for (const auto& block : blocks_) {
    const auto& last_convolution = block.stages[block.stages.size() - 2];
    const double inner = in.mean().item<double>();  // between mix, see and the last: keeps weights in float16's normal range
    for (const auto& stage : block.stages) {
      if (stage.kind != Kind::conv) {
        network.stages.push_back(stage);
        continue;
      }
      const auto out = &stage == &last_convolution ? finished_scale(block.layer) : at::full({stage.weight.size(0)}, inner);
      network.stages.push_back(rescaled(stage, in, out));
      in = out;
    }
  }
  return network;
}

}  // namespace inkstone::perceptual
