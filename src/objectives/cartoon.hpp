// The losses of AnimeGANv2 (Chen, Liu and Chen, ISICA 2019, and the code of its second version) and of CartoonGAN (Chen, Lai and
// Liu, CVPR 2018). A painting must keep what the photograph p shows and its colours, take the texture of drawings, and pass for a
// drawing among drawings a, of which grey and edge-smoothed copies are held up as counter-examples. All results are float32
// scalars.
#pragma once

#include <string>

#include <ATen/core/Tensor.h>

#include "models/features/frozen_features.hpp"
#include "objectives/adversarial.hpp"

namespace inkstone::objectives {

// What the discriminator says, in log-odds or scores of any shape; an undefined one is left out.
struct CartoonJudgements {
  at::Tensor drawings;  // D(a)
  at::Tensor painted;   // D(G(p))
  at::Tensor grey;      // D(grey of a): a drawing has colours
  at::Tensor smoothed;  // D(a with smoothed edges): a drawing has clear edges
};

struct CartoonBalance {
  double drawings = 1.2, painted = 1.2, grey = 1.2, smoothed = 0.8;
};

// Weighted sum of "is one" of drawings and "is none" of the others. least_squares: (D - 1)^2 and D^2, not halved; non_saturating:
// -log D and -log(1 - D); hinge: max(0, 1 - D) and max(0, 1 + D). Throws bad_argument for another kind.
at::Tensor cartoon_discriminator_loss(AdversarialLoss kind, const CartoonJudgements& judged, const CartoonBalance& balance);
// To pass for a drawing: (D(G(p)) - 1)^2, -log D(G(p)), or -D(G(p)).
at::Tensor cartoon_generator_loss(AdversarialLoss kind, const at::Tensor& painted);

// What is compared in the features F of one layer of a fixed network, by means of absolute differences:
//   content |F(G(p)) - F(p)|,  style |Gram(F(G(p))) - Gram(F(grey of a))|,  Gram(x) = x^T x / (H W C)
class CartoonFeatures {
 public:
  // relative: each over the mean size of what is wanted, times 300 and 80, of which order it is in VGG19, so that the published
  // weights suit any network; else as published, for VGG19 of pixels up to 255. Throws bad_argument for a layer that the network
  // does not have.
  CartoonFeatures(FeatureNetwork network, const std::string& layer, bool relative);

  struct Terms {
    at::Tensor content, style;  // style undefined without grey
  };
  // painted, photograph, grey [N,3,H,W] in [0,1]; grey may be undefined, and of another size. Differentiable in painted.
  Terms operator()(const at::Tensor& painted, const at::Tensor& photograph, const at::Tensor& grey = {}) const;

 private:
  at::Tensor features_of(const at::Tensor& rgb) const { return features_(rgb).front(); }
  at::Tensor distance(const at::Tensor& got, const at::Tensor& wanted, double typical) const;

  FrozenFeatures features_;
  bool relative_;
};

// |Y - Y'| + Huber(U - U') + Huber(V - V'), means over pixels; Huber(d) = d^2 / 2 for |d| <= 1, else |d| - 1/2. rgb [N,3,H,W] in
// [0,1].
at::Tensor colour_loss(const at::Tensor& painted, const at::Tensor& photograph);

// Half the mean squared difference of neighbours, downwards plus sideways, of pictures in [-1,1], given in [0,1].
at::Tensor cartoon_variation(const at::Tensor& painted);

// Y in [0,1], U in [-0.436,0.436], V in [-0.615,0.615] (BT.601, as TensorFlow's rgb_to_yuv). rgb [N,3,H,W] in [0,1].
at::Tensor to_yuv(const at::Tensor& rgb);

// Y in all three channels. rgb [N,3,H,W] of any range.
at::Tensor greyed(const at::Tensor& rgb);

}  // namespace inkstone::objectives
