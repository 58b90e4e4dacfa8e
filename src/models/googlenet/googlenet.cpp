#include "models/googlenet/googlenet.hpp"

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

// The widths of a block's convolutions, as in Table 1 of the paper.
struct BlockWidths {
  const char* name;  // "3a"
  int64_t in, one, three_reduce, three, five_reduce, five, pooled;
  int64_t out() const { return one + three + five + pooled; }
};
constexpr std::array<BlockWidths, 9> kBlocks = {{{"3a", 192, 64, 96, 128, 16, 32, 32},
                                                 {"3b", 256, 128, 128, 192, 32, 96, 64},
                                                 {"4a", 480, 192, 96, 208, 16, 48, 64},
                                                 {"4b", 512, 160, 112, 224, 24, 64, 64},
                                                 {"4c", 512, 128, 128, 256, 24, 64, 64},
                                                 {"4d", 512, 112, 144, 288, 32, 64, 64},
                                                 {"4e", 528, 256, 160, 320, 32, 128, 128},
                                                 {"5a", 832, 256, 160, 320, 32, 128, 128},
                                                 {"5b", 832, 384, 192, 384, 48, 128, 128}}};

// What one convolution is called by the paper's authors and by torchvision.
struct Part {
  const char* caffe;
  const char* torchvision;
};
constexpr std::array<Part, 6> kInceptionParts = {{{"1x1", "branch1"},
                                                  {"3x3_reduce", "branch2.0"},
                                                  {"3x3", "branch2.1"},
                                                  {"5x5_reduce", "branch3.0"},
                                                  {"5x5", "branch3.1"},
                                                  {"pool_proj", "branch4.1"}}};

class GooglenetFile {
 public:
  explicit GooglenetFile(const StateDict& weights) : weights_(weights), caffe_(weights.contains("inception_3a/1x1.0")) {}

  bool is_caffe() const { return caffe_; }

  FoldedConvolution read(const std::string& caffe, const std::string& torchvision, int64_t out, int64_t in) const {
    if (caffe_)
      return {weights_.at(caffe + ".0", {out, in, -1, -1}).to(at::kFloat),
              weights_.at(caffe + ".1").to(at::kFloat).reshape({out})};
    constexpr double kEpsilon = 1e-3;
    const auto norm = [&](const char* name) { return weights_.at(fmt::format("{}.bn.{}", torchvision, name), {out}); };
    return fold_norm(weights_.at(torchvision + ".conv.weight", {out, in, -1, -1}), {},
                     {norm("weight"), norm("bias"), norm("running_mean"), norm("running_var"), kEpsilon});
  }

  std::pair<at::Tensor, at::Tensor> head() const {
    const auto weight = weights_.at(caffe_ ? "loss3/classifier.0" : "fc.weight").to(at::kFloat);
    const auto bias = weights_.at(caffe_ ? "loss3/classifier.1" : "fc.bias").to(at::kFloat).flatten();
    if (weight.numel() != bias.numel() * kBlocks.back().out())
      throw Error(ErrorCategory::corrupt_file,
                  "the classifier of this GoogLeNet does not take the 1024 channels of its last block");
    return {weight.reshape({bias.numel(), kBlocks.back().out()}), bias};
  }

 private:
  const StateDict& weights_;
  bool caffe_;
};

class GooglenetBuilder {
 public:
  GooglenetBuilder(FeatureNetwork& network, const GooglenetFile& file) : builder_(network), file_(file) {}

  void build() {
    const auto stem = file_.read("conv1/7x7_s2", "conv1", 64, 3);
    Stage x = builder_.relu("conv1/7x7_s2", builder_.first_conv("conv1/7x7_s2/linear", stem.weight, stem.bias, 2));
    x = halve("pool1/3x3_s2", x, 3);
    if (file_.is_caffe()) x = builder_.response_norm("pool1/norm1", x);
    x = convolve("conv2/3x3_reduce", "conv2", x, 64, 64);
    x = convolve("conv2/3x3", "conv3", x, 192, 64);
    if (file_.is_caffe()) x = builder_.response_norm("conv2/norm2", x);
    x = halve("pool2/3x3_s2", x, 3);
    for (const auto& block : kBlocks) {
      if (block.name == std::string("4a")) x = halve("pool3/3x3_s2", x, 3);
      // torchvision's port takes 2x2 here
      if (block.name == std::string("5a")) x = halve("pool4/3x3_s2", x, file_.is_caffe() ? 3 : 2);
      x = add(block, x);
    }
    const auto [weight, bias] = file_.head();
    builder_.linear("logits", builder_.mean("pool5/7x7_s1", x), weight, bias);
  }

 private:
  Stage halve(const char* name, Stage from, int64_t window) { return builder_.max_pool(name, from, window, 2, 0, true); }

  Stage convolve(const std::string& caffe, const std::string& torchvision, Stage from, int64_t out, int64_t in) {
    const auto folded = file_.read(caffe, torchvision, out, in);
    return builder_.relu(caffe, builder_.conv(caffe + "/linear", from, folded.weight, folded.bias));
  }

  Stage add(const BlockWidths& block, Stage from) {
    const auto caffe = fmt::format("inception_{}/", block.name), torchvision = fmt::format("inception{}.", block.name);
    const auto part = [&](std::size_t k, Stage x, int64_t out, int64_t in) {
      return convolve(caffe + kInceptionParts[k].caffe, torchvision + kInceptionParts[k].torchvision, x, out, in);
    };
    const Stage one = part(0, from, block.one, block.in);
    const Stage three = part(2, part(1, from, block.three_reduce, block.in), block.three, block.three_reduce);
    const Stage five = part(4, part(3, from, block.five_reduce, block.in), block.five, block.five_reduce);
    const Stage pooled = part(5, builder_.max_pool(caffe + "pool", from, 3, 1, 1, true), block.pooled, block.in);
    return builder_.concatenate(caffe + "output", {one, three, five, pooled});
  }

  NetworkBuilder builder_;
  const GooglenetFile& file_;
};

}  // namespace

bool holds_googlenet(const StateDict& weights) {
  return weights.contains("inception_3a/1x1.0") || weights.contains("inception3a.branch1.conv.weight");
}

FeatureNetwork make_googlenet(const StateDict& weights) {
  const GooglenetFile file(weights);
  FeatureNetwork network;
  network.name = "googlenet";
  if (file.is_caffe())
    set_caffe_preprocessing(network, {104, 117, 123});
  else
    set_symmetric_preprocessing(network);
  GooglenetBuilder(network, file).build();
  set_imagenet_classes(network);
  return network;
}

StateDict random_googlenet_weights(uint64_t seed) {
  RandomWeights random(seed);
  const auto add = [&](const std::string& name, int64_t out, int64_t in, int64_t k) {
    random.normed_convolution(name + ".conv", name + ".bn", out, in, k);
  };
  add("conv1", 64, 3, 7);
  add("conv2", 64, 64, 1);
  add("conv3", 192, 64, 3);
  for (const auto& b : kBlocks) {
    const auto base = fmt::format("inception{}.", b.name);
    add(base + kInceptionParts[0].torchvision, b.one, b.in, 1);
    add(base + kInceptionParts[1].torchvision, b.three_reduce, b.in, 1);
    add(base + kInceptionParts[2].torchvision, b.three, b.three_reduce, 3);
    add(base + kInceptionParts[3].torchvision, b.five_reduce, b.in, 1);
    add(base + kInceptionParts[4].torchvision, b.five, b.five_reduce, 3);
    add(base + kInceptionParts[5].torchvision, b.pooled, b.in, 1);
  }
  random.head(1024);
  return std::move(random.weights);
}

}  // namespace inkstone
