#include "models/resnet/resnet.hpp"

#include <array>
#include <utility>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/features/folding.hpp"
#include "models/features/network_builder.hpp"
#include "models/features/preprocessing.hpp"
#include "models/features/random_weights.hpp"
#include "models/imagenet/classes.hpp"

namespace inkstone {
namespace {

using Stage = NetworkBuilder::Stage;

constexpr double kKerasEpsilon = 1e-3;

// One convolution with what normalises it, wherever a file keeps them.
class ResnetFile {
 public:
  explicit ResnetFile(const StateDict& weights) : weights_(weights), keras_(weights.contains("conv1/kernel")) {}

  bool is_keras() const { return keras_; }

  FoldedConvolution stem() const { return keras_ ? keras("conv1", "bn_conv1") : torchvision("conv1", "bn1"); }

  // branch: 0 the shortcut, 1 to 3 the convolutions of the block.
  FoldedConvolution read(int group, int block, int branch) const {
    if (keras_) {
      const auto place =
          fmt::format("{}{}_branch{}", group, letter(block), branch == 0 ? "1" : fmt::format("2{}", "abc"[branch - 1]));
      return keras("res" + place, "bn" + place);
    }
    const auto base = fmt::format("layer{}.{}.", group - 1, block);
    if (branch == 0) return torchvision(base + "downsample.0", base + "downsample.1");
    return torchvision(base + fmt::format("conv{}", branch), base + fmt::format("bn{}", branch));
  }

  int blocks(int group) const {
    const auto present = [&](int block) {
      return weights_.contains(keras_ ? fmt::format("res{}{}_branch2a/kernel", group, letter(block))
                                      : fmt::format("layer{}.{}.conv1.weight", group - 1, block));
    };
    int count = 0;
    while (present(count)) ++count;
    return count;
  }

  std::pair<at::Tensor, at::Tensor> head() const {
    if (!keras_) return {weights_.at("fc.weight", {-1, -1}).to(at::kFloat), weights_.at("fc.bias", {-1}).to(at::kFloat)};
    return {weights_.at("fc1000/kernel", {-1, -1}).to(at::kFloat).t().contiguous(),
            weights_.at("fc1000/bias", {-1}).to(at::kFloat)};
  }

  // res3b; from the 27th block of a group on as res4b26.
  static std::string letter(int block) {
    return block < 26 ? std::string(1, static_cast<char>('a' + block)) : fmt::format("b{}", block);
  }

 private:
  FoldedConvolution keras(const std::string& convolution, const std::string& norm) const {
    const auto weight = weights_.at(convolution + "/kernel", {-1, -1, -1, -1}).permute({3, 2, 0, 1});
    const auto part = [&](const char* name) { return weights_.at(fmt::format("{}/{}", norm, name), {weight.size(0)}); };
    const auto bias =
        weights_.contains(convolution + "/bias") ? weights_.at(convolution + "/bias", {weight.size(0)}) : at::Tensor();
    return fold_norm(weight, bias, {part("gamma"), part("beta"), part("moving_mean"), part("moving_variance"), kKerasEpsilon});
  }

  FoldedConvolution torchvision(const std::string& convolution, const std::string& norm) const {
    const auto weight = weights_.at(convolution + ".weight", {-1, -1, -1, -1});
    const auto part = [&](const char* name) { return weights_.at(fmt::format("{}.{}", norm, name), {weight.size(0)}); };
    return fold_norm(weight, {}, {part("weight"), part("bias"), part("running_mean"), part("running_var")});
  }

  const StateDict& weights_;
  bool keras_;
};

Stage add_block(NetworkBuilder& builder, const ResnetFile& file, int group, int block, Stage from) {
  const auto name = fmt::format("res{}{}", group, ResnetFile::letter(block));
  const int64_t stride = block == 0 && group > 2 ? 2 : 1;
  Stage x = from;
  for (int branch = 1; branch <= 3; ++branch) {
    const auto part = fmt::format("{}_branch2{}", name, "abc"[branch - 1]);
    const auto folded = file.read(group, block, branch);
    x = builder.conv(part, x, folded.weight, folded.bias, branch == (file.is_keras() ? 1 : 2) ? stride : 1);
    if (branch < 3) x = builder.relu(part + "_relu", x);
  }
  Stage shortcut = from;
  if (block == 0) {
    const auto folded = file.read(group, block, 0);
    shortcut = builder.conv(name + "_branch1", from, folded.weight, folded.bias, stride);
  }
  return builder.relu(name, builder.sum(name + "_sum", {x, shortcut}));
}

// Every convolution must take what comes: hostile files are refused before they are run.
void check_chain(const FeatureNetwork& network) {
  const auto channels = channels_of(network);
  for (std::size_t i = 1; i < network.stages.size(); ++i) {
    const auto& stage = network.stages[i];
    const auto inputs = inputs_of(network, i);
    const bool joined = stage.kind != FeatureStage::Kind::sum || channels[inputs[0]] == channels[inputs[1]];
    if (!joined || (stage.weight.defined() && stage.weight.size(1) != channels[inputs.front()]))
      throw Error(ErrorCategory::corrupt_file,
                  fmt::format("'{}' does not take the channels that the layer before gives", stage.name));
  }
}

std::string name_of(const ResnetFile& file) {
  int layers = 2;
  for (int group = 2; group <= 5; ++group) layers += 3 * file.blocks(group);
  return fmt::format("resnet{}", layers);
}

}  // namespace

bool holds_resnet(const StateDict& weights) {
  return weights.contains("res2a_branch2a/kernel") || weights.contains("layer1.0.conv1.weight");
}

FeatureNetwork make_resnet(const StateDict& weights) {
  const ResnetFile file(weights);
  if (!file.is_keras() && !weights.contains("layer1.0.conv3.weight"))
    throw Error(ErrorCategory::unsupported, "the weights are a ResNet of two-convolution blocks; use ResNet-50, 101 or 152");
  FeatureNetwork network;
  network.name = name_of(file);
  if (file.is_keras())
    set_caffe_preprocessing(network);
  else
    set_torchvision_preprocessing(network);
  NetworkBuilder builder(network);
  const auto stem = file.stem();
  Stage x = builder.relu("conv1_relu", builder.first_conv("conv1", stem.weight, stem.bias, 2));
  x = builder.max_pool("pool1", x, 3, 2, 1, false);
  for (int group = 2; group <= 5; ++group)
    for (int block = 0, count = file.blocks(group); block < count; ++block) x = add_block(builder, file, group, block, x);
  const auto [weight, bias] = file.head();
  builder.linear("logits", builder.mean("pool5", x), weight, bias);
  set_imagenet_classes(network);
  check_chain(network);
  return network;
}

StateDict random_resnet50_weights(uint64_t seed) {
  RandomWeights random(seed);
  const auto add = [&](const std::string& convolution, const std::string& norm, int64_t out, int64_t in, int64_t k) {
    random.normed_convolution(convolution, norm, out, in, k);
  };
  add("conv1", "bn1", 64, 3, 7);
  int64_t in = 64;
  constexpr std::array<int, 4> blocks = {3, 4, 6, 3};
  for (int group = 0; group < 4; ++group)
    for (int block = 0; block < blocks[group]; ++block) {
      const auto base = fmt::format("layer{}.{}.", group + 1, block);
      const int64_t width = int64_t(64) << group, out = 4 * width;
      add(base + "conv1", base + "bn1", width, in, 1);
      add(base + "conv2", base + "bn2", width, width, 3);
      add(base + "conv3", base + "bn3", out, width, 1);
      if (block == 0) add(base + "downsample.0", base + "downsample.1", out, in, 1);
      in = out;
    }
  random.head(in);
  return std::move(random.weights);
}

}  // namespace inkstone
