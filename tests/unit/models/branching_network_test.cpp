// Networks that branch: run as data, read from published layouts.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "models/features/folding.hpp"
#include "models/features/network_builder.hpp"
#include "models/features/open.hpp"
#include "models/googlenet/googlenet.hpp"
#include "models/resnet/resnet.hpp"

namespace inkstone {
namespace {

FeatureNetwork forked() {
  FeatureNetwork network;
  network.name = "forked";
  NetworkBuilder builder(network);
  const auto first = builder.first_conv("first", at::ones({2, 3, 1, 1}), at::zeros({2}), 1);
  const auto left = builder.conv("left", first, at::ones({2, 2, 1, 1}), at::ones({2}));
  const auto both = builder.concatenate("both", {first, left});
  const auto sum = builder.sum("sum", {first, left});
  builder.conv("unused", both, at::full({1, 4, 1, 1}, 1e30f), at::zeros({1}));
  builder.max_pool("pooled", sum, 3, 2, 0, true);
  return network;
}

TEST(BranchingNetwork, JoinsWhatItForked) {
  const auto network = forked();
  const auto outputs = features(network, at::ones({1, 3, 4, 4}), {"sum", "both", "pooled"});
  EXPECT_TRUE(at::equal(outputs[0], at::full({1, 2, 4, 4}, 10.f)));  // 3 + (6 + 1)
  EXPECT_EQ(outputs[1].size(1), 4);
  EXPECT_EQ(outputs[2].sizes(), (std::vector<int64_t>{1, 2, 2, 2}));  // the last window hangs over
  EXPECT_EQ(channels_of(network), (std::vector<int64_t>{2, 2, 4, 2, 1, 2}));
}

TEST(BranchingNetwork, ComputesOnlyWhatIsNeeded) {
  const auto network = forked();
  const auto needed = needed_for(network, {network.stage("pooled")});
  EXPECT_FALSE(needed[network.stage("both")]);
  EXPECT_FALSE(needed[network.stage("unused")]);
  EXPECT_TRUE(needed[network.stage("left")]);
}

TEST(BranchingNetwork, FoldingChangesNothing) {
  const auto weight = at::randn({4, 3, 3, 3}), bias = at::randn({4}), x = at::randn({1, 3, 6, 6});
  const NormTensors norm{at::rand({4}) + 0.5, at::randn({4}), at::randn({4}), at::rand({4}) + 0.5, 1e-3};
  const auto folded = fold_norm(weight, bias, norm);
  const auto whole =
      at::batch_norm(at::conv2d(x, weight, bias), norm.scale, norm.shift, norm.mean, norm.variance, false, 0, 1e-3, false);
  EXPECT_TRUE(at::allclose(at::conv2d(x, folded.weight, folded.bias), whole, 1e-4, 1e-5));
}

// The same network in Keras's names and layout, but for where its strides are.
StateDict in_keras_names(const StateDict& torchvision) {
  StateDict keras;
  const auto rename = [&](const std::string& convolution, const std::string& norm, const std::string& to,
                          const std::string& norm_to) {
    keras.tensors[to + "/kernel"] = torchvision.at(convolution + ".weight").permute({2, 3, 1, 0}).contiguous();
    keras.tensors[norm_to + "/gamma"] = torchvision.at(norm + ".weight");
    keras.tensors[norm_to + "/beta"] = torchvision.at(norm + ".bias");
    keras.tensors[norm_to + "/moving_mean"] = torchvision.at(norm + ".running_mean");
    keras.tensors[norm_to + "/moving_variance"] = torchvision.at(norm + ".running_var");
  };
  rename("conv1", "bn1", "conv1", "bn_conv1");
  constexpr int kBlocks[] = {3, 4, 6, 3};
  for (int group = 0; group < 4; ++group)
    for (int block = 0; block < kBlocks[group]; ++block) {
      const auto from = "layer" + std::to_string(group + 1) + "." + std::to_string(block) + ".";
      const auto to = std::to_string(group + 2) + char('a' + block) + "_branch";
      for (int k = 0; k < 3; ++k)
        rename(from + "conv" + std::to_string(k + 1), from + "bn" + std::to_string(k + 1), "res" + to + "2" + char('a' + k),
               "bn" + to + "2" + char('a' + k));
      if (block == 0) rename(from + "downsample.0", from + "downsample.1", "res" + to + "1", "bn" + to + "1");
    }
  keras.tensors["fc1000/kernel"] = torchvision.at("fc.weight").t().contiguous();
  keras.tensors["fc1000/bias"] = torchvision.at("fc.bias");
  return keras;
}

TEST(ResNet, ReadsKerasAndTorchvision) {
  const auto weights = random_resnet50_weights(1);
  const auto torchvision = make_feature_network(weights), keras = make_feature_network(in_keras_names(weights));
  EXPECT_EQ(torchvision.name, "resnet50");
  EXPECT_EQ(keras.name, "resnet50");
  EXPECT_EQ(torchvision.classes.size(), 1000u);
  EXPECT_EQ(torchvision.stage("layer3.5"), torchvision.stage("res4f"));
  EXPECT_EQ(keras.order[0], 2);
  const at::NoGradGuard looking;
  // without strides the two are one network, up to the epsilon of their normalisation
  const auto x = at::rand({1, 64, 9, 9});
  const auto block = [&](const FeatureNetwork& network) {
    const auto& stage = network.stages[network.stage("res2a_branch2a")];
    return at::conv2d(x, stage.weight, stage.bias);
  };
  EXPECT_TRUE(at::allclose(block(torchvision), block(keras), 1e-2, 1e-2));
  for (const auto& network : {torchvision, keras})
    EXPECT_EQ(features(network, at::rand({1, 3, 64, 64}), {"res5c"})[0].size(3), 2);
}

TEST(BranchingNetwork, RefusesWhatDoesNotFit) {
  auto weights = random_googlenet_weights(1);
  weights.tensors["inception4a.branch1.conv.weight"] = at::zeros({192, 64, 1, 1});
  EXPECT_THROW(make_googlenet(weights), Error);
  StateDict basic;  // of ResNet-18
  basic.tensors["layer1.0.conv1.weight"] = at::zeros({64, 64, 3, 3});
  EXPECT_THROW(make_resnet(basic), Error);
}

TEST(GoogLeNet, KnowsItsLayersByEverySpelling) {
  const auto network = make_feature_network(random_googlenet_weights(2));
  EXPECT_EQ(network.name, "googlenet");
  for (const char* name : {"inception4c", "inception_4c", "mixed4c"})
    EXPECT_EQ(network.stage(name), network.stage("inception_4c/output"));
  EXPECT_EQ(network.stage("fc"), network.stage("logits"));
  EXPECT_EQ(channels_of(network)[network.stage("inception_4e/output")], 832);
}

// The layout of bvlc_googlenet.caffemodel, with the widths of torchvision's port.
StateDict in_caffe_names(const StateDict& torchvision) {
  StateDict caffe;
  const std::pair<const char*, const char*> parts[] = {{"branch1", "1x1"},   {"branch2.0", "3x3_reduce"},
                                                       {"branch2.1", "3x3"}, {"branch3.0", "5x5_reduce"},
                                                       {"branch3.1", "5x5"}, {"branch4.1", "pool_proj"}};
  const auto rename = [&](const std::string& from, const std::string& to) {
    caffe.tensors[to + ".0"] = torchvision.at(from + ".conv.weight");
    caffe.tensors[to + ".1"] = torchvision.at(from + ".bn.bias");
  };
  rename("conv1", "conv1/7x7_s2");
  rename("conv2", "conv2/3x3_reduce");
  rename("conv3", "conv2/3x3");
  for (const char* block : {"3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"})
    for (const auto& [from, to] : parts)
      rename(std::string("inception") + block + "." + from, std::string("inception_") + block + "/" + to);
  caffe.tensors["loss3/classifier.0"] = torchvision.at("fc.weight");
  caffe.tensors["loss3/classifier.1"] = torchvision.at("fc.bias");
  return caffe;
}

TEST(GoogLeNet, ReadsCaffesFirstOne) {
  const auto network = make_feature_network(in_caffe_names(random_googlenet_weights(2)));
  EXPECT_EQ(network.order[0], 2);
  EXPECT_LT(network.stage("pool1/norm1"), network.stage("conv2/3x3_reduce"));
  const at::NoGradGuard looking;
  EXPECT_EQ(features(network, at::rand({1, 3, 224, 224}), {"inception_5b/output"})[0].sizes(),
            (std::vector<int64_t>{1, 1024, 7, 7}));
}

// A lone value v amid zeros: v / (1 + 1e-4 / 5 v^2)^0.75.
TEST(GoogLeNet, NormalisesResponsesAsCaffe) {
  auto x = at::zeros({1, 7, 1, 1});
  x[0][3] = 100.f;
  const auto y = apply({FeatureStage::Kind::response_norm, "norm", {}, {}}, x);
  EXPECT_NEAR(y[0][3].item<double>(), 100 / std::pow(1 + 1e-4 / 5 * 1e4, 0.75), 1e-3);
}

}  // namespace
}  // namespace inkstone
