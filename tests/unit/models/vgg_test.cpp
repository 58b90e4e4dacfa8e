#include "models/vgg/vgg.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

using Tensors = std::map<std::string, at::Tensor>;

// A VGG of 8 channels everywhere: conv number i of blocks, in the layout that add writes.
template <class Add>
StateDict small_vgg(const std::vector<int>& blocks, const Add& add) {
  StateDict weights;
  at::manual_seed(7);
  int64_t in = 3;
  for (int block = 1; block <= static_cast<int>(blocks.size()); ++block)
    for (int place = 1; place <= blocks[block - 1]; ++place, in = 8)
      add(weights.tensors, block, place, at::randn({8, in, 3, 3}), at::randn({8}));
  return weights;
}

StateDict torchvision_vgg(const std::vector<int>& blocks) {
  int index = 0;
  return small_vgg(blocks, [&](Tensors& tensors, int block, int place, const at::Tensor& weight, const at::Tensor& bias) {
    if (block > 1 && place == 1) ++index;
    tensors[fmt::format("features.{}.weight", index)] = weight;
    tensors[fmt::format("features.{}.bias", index)] = bias;
    index += 2;
  });
}

StateDict keras_vgg(const std::vector<int>& blocks, const std::string& pattern) {
  return small_vgg(blocks, [&](Tensors& tensors, int block, int place, const at::Tensor& weight, const at::Tensor& bias) {
    const auto layer = fmt::format("block{}_conv{}", block, place);
    tensors[fmt::format(fmt::runtime(pattern), layer, "kernel")] = weight.permute({2, 3, 1, 0}).contiguous();
    tensors[fmt::format(fmt::runtime(pattern), layer, "bias")] = bias;
  });
}

std::string last_layer(const FeatureNetwork& network) {
  return network.stages[network.stages.size() - 2].name + " " + network.stages.back().name;
}

template <class Action>
ErrorCategory category_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.category();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorCategory::io;
}

TEST(Vgg, TellsTorchvisions16From19ByTheGaps) {
  const auto vgg16 = make_vgg(torchvision_vgg({2, 2, 3, 3, 3})), vgg19 = make_vgg(torchvision_vgg({2, 2, 4, 4, 4}));
  EXPECT_EQ(vgg16.name, "vgg16");
  EXPECT_EQ(last_layer(vgg16), "relu5_3 pool5");
  EXPECT_EQ(vgg19.name, "vgg19");
  EXPECT_EQ(last_layer(vgg19), "relu5_4 pool5");
  EXPECT_EQ(vgg19.order, (std::array<int, 3>{0, 1, 2}));
  EXPECT_NEAR(vgg19.mean[0], 0.485 / 0.229, 1e-6);
}

TEST(Vgg, PutsPoolingBetweenBlocks) {
  const auto network = make_vgg(torchvision_vgg({2, 2, 3}));
  std::string names;
  for (const auto& stage : network.stages) names += stage.name + " ";
  EXPECT_EQ(names,
            "conv1_1 relu1_1 conv1_2 relu1_2 pool1 conv2_1 relu2_1 conv2_2 relu2_2 pool2 "
            "conv3_1 relu3_1 conv3_2 relu3_2 conv3_3 relu3_3 ");
}

TEST(Vgg, ReadsKerasKernelsUnderAllTheirNames) {
  const auto reference = make_vgg(torchvision_vgg({2, 2, 4}));
  for (const std::string pattern : {"{}/{}", "{0}/{0}/{1}:0", "model_weights/{0}/{0}/{1}:0"}) {
    const auto network = make_vgg(keras_vgg({2, 2, 4}, pattern));
    EXPECT_EQ(network.name, "vgg19") << pattern;
    EXPECT_EQ(network.order, (std::array<int, 3>{2, 1, 0}));
    EXPECT_FLOAT_EQ(network.mean[2], 123.68f);
    EXPECT_TRUE(at::equal(network.stages[network.stage("conv3_4")].weight, reference.stages[reference.stage("conv3_4")].weight));
  }
}

TEST(Vgg, ReadsCaffeWithItsOldBiases) {
  const auto weights =
      small_vgg({2, 1}, [](Tensors& tensors, int block, int place, const at::Tensor& weight, const at::Tensor& bias) {
        tensors[fmt::format("conv{}_{}.0", block, place)] = weight;
        tensors[fmt::format("conv{}_{}.1", block, place)] = bias.view({1, 1, 1, 8});
      });
  const auto network = make_vgg(weights);
  EXPECT_EQ(network.stages[0].bias.dim(), 1);
  EXPECT_EQ(network.order, (std::array<int, 3>{2, 1, 0}));
}

TEST(Vgg, ReadsTheSixteenthAndIgnoresItsAuxiliaryLayers) {
  auto weights =
      small_vgg({2, 2, 4, 4, 1}, [](Tensors& tensors, int block, int place, const at::Tensor& weight, const at::Tensor& bias) {
        tensors[fmt::format("conv{}{}.weight", block, place)] = weight;
        tensors[fmt::format("conv{}{}.bias", block, place)] = bias;
      });
  weights.tensors["conv0.weight"] = at::zeros({3, 3, 1, 1});
  weights.tensors["conv0.bias"] = at::zeros({3});
  weights.tensors["conv51_aux.weight"] = at::zeros({64, 8, 1, 1});
  const auto network = make_vgg(weights);
  EXPECT_EQ(network.name, "vgg19-16x");
  EXPECT_EQ(last_layer(network), "conv5_1 relu5_1");
}

TEST(Vgg, MetadataOverridesThePreprocessing) {
  auto weights = torchvision_vgg({2, 2, 4});
  weights.metadata["preprocessing"] = "caffe";
  EXPECT_EQ(make_vgg(weights).order, (std::array<int, 3>{2, 1, 0}));
}

TEST(Vgg, APartialNetworkNamesItsDeepestLayer) {
  const auto network = make_vgg(torchvision_vgg({2, 2, 4}));
  try {
    network.stage("relu4_2");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::bad_argument);
    EXPECT_NE(std::string(error.what()).find("relu3_4"), std::string::npos);
  }
}

TEST(Vgg, RefusesWhatIsNotAVgg) {
  StateDict other;
  other.tensors["layer1.0.conv1.weight"] = at::zeros({8, 3, 3, 3});
  EXPECT_EQ(category_of([&] { make_vgg(other); }), ErrorCategory::unsupported);

  auto normed = torchvision_vgg({2, 2});
  normed.tensors["features.1.running_mean"] = at::zeros({8});
  EXPECT_EQ(category_of([&] { make_vgg(normed); }), ErrorCategory::unsupported);

  auto missing = keras_vgg({2, 2}, "{}/{}");
  missing.tensors.erase("block1_conv2/bias");
  EXPECT_EQ(category_of([&] { make_vgg(missing); }), ErrorCategory::corrupt_file);
  missing.tensors.erase("block1_conv2/kernel");
  EXPECT_EQ(category_of([&] { make_vgg(missing); }), ErrorCategory::corrupt_file);

  auto misshapen = torchvision_vgg({2});
  misshapen.tensors["features.2.weight"] = at::zeros({8, 9, 3, 3});
  EXPECT_EQ(category_of([&] { make_vgg(misshapen); }), ErrorCategory::corrupt_file);
}

TEST(Vgg, RandomWeightsAreHeNormalAndFollowTheSeed) {
  const auto one = random_vgg19(3), same = random_vgg19(3), other = random_vgg19(4);
  const auto& weight = one.stages[one.stage("conv4_2")].weight;
  EXPECT_NEAR(weight.std().item<double>(), std::sqrt(2.0 / (9 * 512)), 1e-4);
  EXPECT_TRUE(at::equal(weight, same.stages[same.stage("conv4_2")].weight));
  EXPECT_FALSE(at::equal(weight, other.stages[other.stage("conv4_2")].weight));
  EXPECT_EQ(last_layer(one), "relu5_4 pool5");
}

// The first numbers of the first two layers as torch.empty(64, 3, 3, 3).normal_(0, (2 / 27) ** 0.5,
// generator=torch.Generator().manual_seed(0)) and its successor print them.
TEST(Vgg, RandomWeightsAreThoseOfPyTorch) {
  const auto network = random_vgg19(0);
  EXPECT_TRUE(
      at::allclose(network.stages[0].weight.flatten().narrow(0, 0, 3), at::tensor({-0.30641481f, -0.31363273f, -0.06819886f})));
  EXPECT_TRUE(at::allclose(network.stages[2].weight.flatten().narrow(0, 0, 2), at::tensor({-0.05859191f, -0.00683566f})));
}

}  // namespace
}  // namespace inkstone
