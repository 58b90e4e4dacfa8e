// A convolutional feature extractor as data: a straight line of convolutions, rectifiers and poolings whose named
// outputs the losses look at. VGG (Simonyan and Zisserman 2015) and the embedded perceptual network have this form.
// Being data, the same network runs on autograd (features(), for training and as reference) and in the
// hand-scheduled forward and backward pass of dream/.
#pragma once

#include <array>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace inkstone {

struct FeatureStage {
  enum class Kind { conv, relu, pool };
  Kind kind = Kind::conv;
  std::string name;         // what the output is called: conv1_1, relu1_1, pool1, ...
  at::Tensor weight, bias;  // conv: float32 [O,I,k,k] and [O]; stride 1, zero padding k/2
};                          // pool: 2x2, stride 2

struct FeatureNetwork {
  std::string name;  // "vgg19", "inkstone-perceptual"
  // The network sees x[c] = (rgb01[order[c]] * scale[c]) - mean[c]: torchvision's normalisation of RGB,
  // or Caffe's BGR 0-255 minus the ImageNet means, alike.
  std::array<int, 3> order = {0, 1, 2};
  std::array<float, 3> scale = {1, 1, 1};
  std::array<float, 3> mean = {0, 0, 0};
  std::vector<FeatureStage> stages;

  // Index of the stage whose output has this name; torchvision (relu4_2) and Keras (block4_conv2, meaning its
  // rectified output) spellings are the same stage. Throws bad_argument, naming the nearest layer.
  std::size_t stage(const std::string& layer) const;
};

enum class Pooling { max, average };

// rgb [N,3,H,W] float in [0,1] -> the input the first stage sees.
at::Tensor preprocess(const FeatureNetwork& network, const at::Tensor& rgb);

// One stage's output; differentiable.
at::Tensor apply(const FeatureStage& stage, const at::Tensor& x, Pooling pooling = Pooling::max);

// The outputs of the named layers, in their order; differentiable in rgb. Reference path: plain ATen.
std::vector<at::Tensor> features(const FeatureNetwork& network, const at::Tensor& rgb, const std::vector<std::string>& layers,
                                 Pooling pooling = Pooling::max);

}  // namespace inkstone
