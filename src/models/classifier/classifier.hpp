// A small convolutional classifier: five 3x3 and 5x5 convolutions with batch normalisation (Ioffe and Szegedy 2015) in three
// scales, the second of each scale around an identity path (He et al. 2016), then the mean over the picture. Small enough to
// travel inside the program (0.6 MB in float16), and what features, class shares and labels of painted digits and garments are
// measured with.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <torch/nn.h>

#include "nn/norm_rectifier.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

struct ClassifierConfig {
  int64_t channels = 1;  // of the picture
  int64_t classes = 10;
  int64_t width = 32;  // channels of the first scale; twice and four times as many in the others
  nn::Norm norm = nn::Norm::batch;
};

class ClassifierNetImpl : public torch::nn::Module {
 public:
  explicit ClassifierNetImpl(const ClassifierConfig& config);

  // pictures float32 [N,C,H,W] in [-1,1], H and W at least 4 -> what the head sees, [N, 4 width], not negative.
  at::Tensor features(const at::Tensor& pictures);
  // Logits [N,classes].
  at::Tensor forward(const at::Tensor& pictures) { return head->forward(features(pictures)); }

  const ClassifierConfig config;
  torch::nn::Conv2d conv1{nullptr}, conv2{nullptr}, conv3{nullptr}, conv4{nullptr}, conv5{nullptr};
  nn::NormRectifier norm1{nullptr}, norm2{nullptr}, norm3{nullptr}, norm4{nullptr}, norm5{nullptr};  // with the rectifier
  torch::nn::Linear head{nullptr};
};
TORCH_MODULE(ClassifierNet);

// A trained classifier with what is needed to use it.
struct Classifier {
  std::string name;                  // "mnist"
  ClassifierNet net{nullptr};        // float32, in evaluation mode, without gradients
  int64_t height = 0, width = 0;     // of the pictures that it was trained on
  std::vector<std::string> classes;  // names of the labels
};

// The form of every finished model of this program: tensors "classifier.<parameter>", the metadata "inkstone.family",
// ".options", ".shape".
StateDict to_state_dict(const Classifier& classifier, at::ScalarType dtype = at::kFloat);

// Weights of any float type become float32. Throws unsupported where the file holds another family, corrupt_file where
// tensors or metadata are missing or do not fit.
Classifier to_classifier(const StateDict& weights);

}  // namespace inkstone
