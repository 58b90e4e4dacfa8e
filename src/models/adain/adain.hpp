// AdaIN (Huang and Belongie, "Arbitrary style transfer in real-time with adaptive instance normalization", ICCV 2017): the
// features that a fixed network has of the photograph get the channel-wise mean and deviation of the painting's, and a decoder,
// the network's mirror image, turns them back into a picture.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <torch/nn.h>

#include "models/features/feature_network.hpp"
#include "nn/picture_convolution.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

// Of each channel over the pixels: [N,C,1,1]. Deviations are at least sqrt(1e-5), over n-1 pixels as in the published code.
struct FeatureMoments {
  at::Tensor mean, deviation;
};
FeatureMoments feature_moments(const at::Tensor& features);

// deviation_s (x - mean_x) / deviation_x + mean_s: x [N,C,H,W], its own moments and the style's.
at::Tensor adaptive_norm(const at::Tensor& x, const FeatureMoments& own, const FeatureMoments& style);

// What the painter sees with: a feature network up to a layer, or the published encoder, VGG19 with mirrored borders.
class AdainEncoder {
 public:
  virtual ~AdainEncoder() = default;
  // rgb [N,3,H,W] in [0,1] -> features [N,C,H/s,W/s].
  virtual at::Tensor operator()(const at::Tensor& rgb) const = 0;
};
std::unique_ptr<AdainEncoder> adain_encoder(FeatureNetwork network, const std::string& layer);
// "0.weight", "2.weight", "5.weight", ... of naoto0804/pytorch-AdaIN's vgg_normalised.pth, as far as relu4_1. Throws
// corrupt_file.
std::unique_ptr<AdainEncoder> adain_encoder(const StateDict& published);

// A convolution of the decoder, and whether the picture doubles before it.
struct DecoderStep {
  int64_t in = 0, out = 0;
  bool enlarge = false;
};
// The mirror image of a straight network up to the layer, one convolution to each rectifier. Throws bad_argument where the
// network branches.
std::vector<DecoderStep> mirrored_steps(const FeatureNetwork& network, const std::string& layer);

// Parameters "<n>.weight" [O,I,3,3] and "<n>.bias", n counted as in the published nn.Sequential, where borders, rectifiers and
// doublings have numbers too: 1, 5, 8, 11, 14, 18, 21, 25, 28 for VGG19 at relu4_1.
class AdainDecoderImpl : public torch::nn::Module {
 public:
  explicit AdainDecoderImpl(const std::vector<DecoderStep>& steps);
  // features [N,C,h,w] -> rgb [N,3,s h,s w], about [0,1]. With gradients through libtorch's operators, without them on packed
  // weights in this dtype.
  at::Tensor forward(const at::Tensor& features, at::ScalarType dtype = at::kFloat);

  int64_t enlargement() const { return enlargement_; }

 private:
  int64_t enlargement_ = 1;
  std::vector<std::unique_ptr<nn::PictureConvolution>> layers_;
};
TORCH_MODULE(AdainDecoder);

// The decoder of a file, filled. Tensors may begin with "decoder.". Throws corrupt_file.
AdainDecoder make_adain_decoder(const StateDict& weights);
bool is_adain_decoder(const StateDict& weights);

}  // namespace inkstone
