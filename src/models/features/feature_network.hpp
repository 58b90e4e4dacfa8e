// A convolutional feature extractor as data: convolutions, rectifiers, poolings and what joins them, whose named outputs the
// losses look at. VGG (Simonyan and Zisserman 2015) and the embedded perceptual network are straight lines of them; ResNet (He et
// al. 2016) and GoogLeNet (Szegedy et al. 2015) branch, join and end in classes. Being data, the same network runs on autograd
// (features(), for training and as reference) and, where it is a straight line, in the hand-scheduled pass of dream/.
#pragma once

#include <array>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace inkstone {

struct FeatureStage {
  enum class Kind {
    conv,  // zero padding k/2
    relu,
    pool,           // 2x2, stride 2, odd edges dropped; maximum or average as the caller wishes
    max_pool,       // always the maximum, over `window`
    sum,            // of its inputs
    concatenate,    // of its inputs' channels
    response_norm,  // x / (1 + 1e-4 mean of x^2 over 5 channels)^0.75, of AlexNet and the first GoogLeNet
    mean,           // over the picture: [N,C,H,W] -> [N,C]
    linear,         // [N,I] -> [N,O]
  };
  Kind kind = Kind::conv;
  std::string name;                      // what the output is called: conv1_1, relu1_1, pool1, ...
  at::Tensor weight, bias;               // float32; conv [O,I,k,k] and [O], linear [O,I] and [O]
  std::vector<std::size_t> inputs = {};  // the stages it takes, all before it; empty: the one before, of the first the picture
  int64_t stride = 1;                    // conv, max_pool
  int64_t window = 3, padding = 0;       // max_pool: side, and zeros that never win
  bool round_up = false;                 // max_pool: a last window that hangs over the edge counts
};

struct FeatureNetwork {
  std::string name;  // "vgg19", "inkstone-perceptual"
  // The network sees x[c] = (rgb01[order[c]] * scale[c]) - mean[c]: torchvision's normalisation of RGB,
  // or Caffe's BGR 0-255 minus the ImageNet means, alike.
  std::array<int, 3> order = {0, 1, 2};
  std::array<float, 3> scale = {1, 1, 1};
  std::array<float, 3> mean = {0, 0, 0};
  std::vector<FeatureStage> stages;
  std::vector<std::string> classes = {};  // where it classifies: what the outputs of its last stage, "logits", stand for
  int64_t side = 0;                       // of the square pictures that it classifies

  // Index of the stage whose output has this name; torchvision (relu4_2) and Keras (block4_conv2, meaning its
  // rectified output) spellings are the same stage, as are inception4c, mixed4c and inception_4c/output, layer3.5 and res4f.
  // Throws bad_argument, naming the nearest layer.
  std::size_t stage(const std::string& layer) const;
};

// A straight line of stride-1 convolutions, rectifiers and 2x2 poolings.
bool is_straight(const FeatureNetwork& network);

// The stages that a stage takes; none: the picture.
std::vector<std::size_t> inputs_of(const FeatureNetwork& network, std::size_t stage);

// For every stage whether the taps need it.
std::vector<bool> needed_for(const FeatureNetwork& network, const std::vector<std::size_t>& taps);

// Of every stage's output, [C, ...].
std::vector<int64_t> channels_of(const FeatureNetwork& network);

enum class Pooling { max, average };

// rgb [N,3,H,W] float in [0,1] -> the input the first stage sees.
at::Tensor preprocess(const FeatureNetwork& network, const at::Tensor& rgb);

// One stage's output; differentiable.
at::Tensor apply(const FeatureStage& stage, const at::Tensor& x, Pooling pooling = Pooling::max);
at::Tensor apply(const FeatureStage& stage, const std::vector<at::Tensor>& inputs, Pooling pooling = Pooling::max);

// The outputs of these stages, in their order, for what preprocess() gives; differentiable. Nothing that they do not need is
// computed or kept.
std::vector<at::Tensor> run_stages(const FeatureNetwork& network, const at::Tensor& input, const std::vector<std::size_t>& taps,
                                   Pooling pooling = Pooling::max);

// The outputs of the named layers, in their order; differentiable in rgb. Reference path: plain ATen.
std::vector<at::Tensor> features(const FeatureNetwork& network, const at::Tensor& rgb, const std::vector<std::string>& layers,
                                 Pooling pooling = Pooling::max);

}  // namespace inkstone
