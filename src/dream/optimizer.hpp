// The two searches that style transfer uses, over one picture: L-BFGS (few, good steps) and Adam (plain, predictable).
#pragma once

#include <functional>
#include <memory>

#include <ATen/core/Tensor.h>

#include "inkstone/stylize_request.hpp"

namespace inkstone::dream {

class PictureOptimizer {
 public:
  virtual ~PictureOptimizer() = default;
  // Computes the gradient of the loss at x and tells the loss.
  using Evaluate = std::function<double(const at::Tensor& x, at::Tensor& gradient)>;
  // Evaluates, once or as often as a line search asks, and moves x.
  virtual void step(const Evaluate& evaluate) = 0;
};

// x is moved in place; units of 1/255.
// Adam: Kingma and Ba 2015; the presets of the TensorFlow tutorial use beta1 0.99 and epsilon 0.1.
struct AdamSettings {
  double learning_rate = 1, beta1 = 0.9, epsilon = 1e-8;
};
std::unique_ptr<PictureOptimizer> make_adam(at::Tensor x, AdamSettings settings);

// L-BFGS: Liu and Nocedal 1989, as in PyTorch.
struct LbfgsSettings {
  double learning_rate = 1;
  int64_t history = 20;     // pairs (s, y) kept
  bool line_search = true;  // strong Wolfe conditions; without, every step is learning_rate long
  double loss_scale = 1;    // multiplies the loss it sees: PyTorch's drops a pair unless y.s > 1e-10, which a loss near 1 on a
};                          // million pixels never reaches
std::unique_ptr<PictureOptimizer> make_lbfgs(at::Tensor x, LbfgsSettings settings);

}  // namespace inkstone::dream
