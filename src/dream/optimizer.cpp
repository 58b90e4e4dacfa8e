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
  TorchOptimizer(at::Tensor x, Options options, double loss_scale = 1)
      : x_(std::move(x)),
        gradient_(at::zeros_like(x_)),
        loss_scale_(loss_scale),
        optimizer_(std::vector<at::Tensor>{x_}, options) {
    x_.mutable_grad() = gradient_;
  }

  void step(const Evaluate& evaluate) override {
    optimizer_.step([&] {
      if (!seen_.defined() || !at::equal(seen_, x_)) look(evaluate);
      return at::scalar_tensor(loss_, at::kDouble);
    });
  }

 private:
  // A line search ends where it last looked, and the next step begins there: that loss and gradient are still good.
  void look(const Evaluate& evaluate) {
    loss_ = evaluate(x_, gradient_) * loss_scale_;
    if (loss_scale_ != 1) gradient_.mul_(loss_scale_);
    seen_ = x_.clone();
  }

  at::Tensor x_, gradient_, seen_;
  double loss_ = 0, loss_scale_;
  Optimizer optimizer_;
};

}  // namespace

std::unique_ptr<PictureOptimizer> make_adam(at::Tensor x, AdamSettings settings) {
  const auto options = torch::optim::AdamOptions(settings.learning_rate).betas({settings.beta1, 0.999}).eps(settings.epsilon);
  return std::make_unique<TorchOptimizer<torch::optim::Adam, torch::optim::AdamOptions>>(std::move(x), options);
}

std::unique_ptr<PictureOptimizer> make_lbfgs(at::Tensor x, LbfgsSettings settings) {
  // max_iter 1: back after every step, so that a caller can look at the picture and stop between any two
  auto options = torch::optim::LBFGSOptions(settings.learning_rate).max_iter(1).history_size(settings.history);
  options.tolerance_grad(0).tolerance_change(0);
  if (settings.line_search) options.line_search_fn("strong_wolfe");
  return std::make_unique<TorchOptimizer<torch::optim::LBFGS, torch::optim::LBFGSOptions>>(std::move(x), options,
                                                                                           settings.loss_scale);
}

}  // namespace inkstone::dream
