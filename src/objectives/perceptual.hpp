// The loss of feed-forward style networks (Johnson, Alahi and Fei-Fei, ECCV 2016): a painting must have the features of the
// photograph at deep layers of a fixed network, and the Gram matrices of the style picture at shallow ones (Gatys, Ecker and
// Bethge, CVPR 2016).
#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "models/features/frozen_features.hpp"

namespace inkstone::objectives {

// How squared differences become losses.
enum class PerceptualScale {
  relative,   // over the target's own energy, so that the same weights suit every network and layer
  lengstrom,  // means over elements, Grams over h w c: lengstrom/fast-style-transfer, literally
};

struct PerceptualSettings {
  std::vector<std::string> content_layers = {"relu4_2"};
  std::vector<std::string> style_layers = {"relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"};
  PerceptualScale scale = PerceptualScale::relative;
};

class PerceptualLoss {
 public:
  // Throws bad_argument for a layer that the network does not have.
  PerceptualLoss(FeatureNetwork network, PerceptualSettings settings);

  // paintings: [1,3,h,w] in [0,1] each, of equal weight.
  void set_styles(const std::vector<at::Tensor>& paintings);

  struct Terms {
    at::Tensor content, style, variation;  // unweighted scalars, means over pictures
  };
  // painted, photograph [N,3,H,W] in [0,1]. Differentiable in painted. After set_styles.
  Terms operator()(const at::Tensor& painted, const at::Tensor& photograph) const;

 private:
  at::Tensor gram(const at::Tensor& features) const;
  at::Tensor content_loss(const at::Tensor& got, const at::Tensor& wanted) const;
  at::Tensor style_loss(const at::Tensor& got, const at::Tensor& wanted) const;

  PerceptualSettings settings_;
  FrozenFeatures content_, both_;  // of the photograph; of paintings and what is painted, content layers first
  std::vector<at::Tensor> grams_;  // one per style layer
};

// Means of the squared differences of neighbours, downwards plus sideways, of x [N,C,H,W] times 255.
at::Tensor squared_variation(const at::Tensor& x);

}  // namespace inkstone::objectives
