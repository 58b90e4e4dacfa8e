#include "dream/optimizer.hpp"

#include <utility>

#include <torch/optim/adam.h>
#include <torch/optim/lbfgs.h>

namespace inkstone::dream {
namespace {

// Drives one of torch's optimisers with a gradient computed by hand.
template <class Optimizer, class Options>
class TorchOptimizer final : public PictureOptimizer {
 public:
  TorchOptimizer(at::Tensor x, Options options)
      : x_(std::move(x)), gradient_(at::zeros_like(x_)), optimizer_(std::vector<at::Tensor>{x_}, options) {
    x_.mutable_grad() = gradient_;
  }

  void step(const Evaluate& evaluate) override {
    optimizer_.step([&] { return at::scalar_tensor(evaluate(x_, gradient_), at::kDouble); });
  }

 private:
  at::Tensor x_, gradient_;
  Optimizer optimizer_;
};

}  // namespace

std::unique_ptr<PictureOptimizer> make_adam(at::Tensor x, AdamSettings settings) {
  const auto options = torch::optim::AdamOptions(settings.learning_rate).betas({settings.beta1, 0.999}).eps(settings.epsilon);
  return std::make_unique<TorchOptimizer<torch::optim::Adam, torch::optim::AdamOptions>>(std::move(x), options);
}

std::unique_ptr<PictureOptimizer> make_lbfgs(at::Tensor x, double learning_rate, int64_t history) {
  // max_iter 1: one evaluation a call, so that a caller can look at the picture and stop between any two
  const auto options = torch::optim::LBFGSOptions(learning_rate).max_iter(1).history_size(history).tolerance_grad(0).tolerance_change(0);
  return std::make_unique<TorchOptimizer<torch::optim::LBFGS, torch::optim::LBFGSOptions>>(std::move(x), options);
}

}  // namespace inkstone::dream
