#include "eval/extractors.hpp"

#include <utility>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "eval/fingerprint.hpp"
#include "inkstone/error.hpp"
#include "tensor/picture.hpp"

namespace inkstone {
namespace {

std::string short_fingerprint(const StateDict& weights) {
  return fingerprint(weights).substr(0, 8);
}

const char* name_of(InceptionResize resize) {
  switch (resize) {
    case InceptionResize::bilinear:
      return "bilinear";
    case InceptionResize::tensorflow:
      return "tensorflow";
    case InceptionResize::clean:
      return "clean";
  }
  return "";
}

class InceptionExtractor : public FeatureExtractor {
 public:
  InceptionExtractor(const StateDict& weights, InceptionResize resize, at::Device device)
      : network_(weights, device),
        resize_(resize),
        name_(fmt::format("inception-v3/{}/{}", short_fingerprint(weights), name_of(resize))) {}

  std::string name() const override { return name_; }
  int64_t dimension() const override { return 2048; }
  bool has_probabilities() const override { return true; }
  FeatureBatch operator()(const at::Tensor& pictures) const override {
    const auto seen = network_(inception_input(pictures, resize_));
    return {seen.features.to(at::kCPU), seen.logits.softmax(1).to(at::kCPU)};
  }

 private:
  Inception network_;
  InceptionResize resize_;
  std::string name_;
};

// float32 [N,C,H,W], values 0-255, in the channels asked for.
at::Tensor with_channels(const at::Tensor& pictures, int64_t channels) {
  if (pictures.dim() != 4 || (pictures.size(1) != 1 && pictures.size(1) != 3))
    throw Error(ErrorCategory::bad_argument, "the classifier looks at grey or RGB pictures; remove the other channels first");
  const auto values = pictures.to(at::kFloat);
  if (pictures.size(1) == channels) return values;
  if (channels == 3) return values.expand({-1, 3, -1, -1}).contiguous();
  const auto luma = at::tensor({0.299f, 0.587f, 0.114f}).view({1, 3, 1, 1});
  return (values * luma).sum(1, true);
}

class ClassifierExtractor : public FeatureExtractor {
 public:
  ClassifierExtractor(Classifier classifier, at::Device device)
      : classifier_(std::move(classifier)),
        device_(device),
        name_(fmt::format("classifier-{}/{}", classifier_.name, short_fingerprint(to_state_dict(classifier_)))) {
    classifier_.net->to(device);
  }

  std::string name() const override { return name_; }
  int64_t dimension() const override { return classifier_.net->head->options.in_features(); }
  bool has_probabilities() const override { return true; }
  FeatureBatch operator()(const at::Tensor& pictures) const override {
    const at::NoGradGuard frozen;
    auto net = classifier_.net;  // shares the module; torch's forward is not const
    const auto grey = with_channels(pictures, net->config.channels);
    const auto x = resize(grey, classifier_.height, classifier_.width).clamp(0, 255) / 127.5 - 1;
    const auto features = net->features(x.to(device_));
    return {features.to(at::kCPU).contiguous(), net->head->forward(features).softmax(1).to(at::kCPU)};
  }

 private:
  Classifier classifier_;
  at::Device device_;
  std::string name_;
};

}  // namespace

std::unique_ptr<FeatureExtractor> make_inception_extractor(const StateDict& weights, InceptionResize resize, at::Device device) {
  return std::make_unique<InceptionExtractor>(weights, resize, device);
}

std::unique_ptr<FeatureExtractor> make_classifier_extractor(Classifier classifier, at::Device device) {
  return std::make_unique<ClassifierExtractor>(std::move(classifier), device);
}

}  // namespace inkstone
