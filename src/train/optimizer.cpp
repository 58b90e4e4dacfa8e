#include "train/optimizer.hpp"

#include <algorithm>
#include <cmath>

#include <torch/types.h>

#include "inkstone/error.hpp"
#include "kernels/adam.hpp"
#include "train/eight_bit_adam.hpp"

namespace inkstone {
namespace {

using Tensors = std::vector<at::Tensor>;

// Float32 on the CPU without gaps, both in the same order: one loop over memory does.
bool in_step(const at::Tensor& value, const at::Tensor& gradient) {
  return value.is_cpu() && value.scalar_type() == at::kFloat && value.is_non_overlapping_and_dense() &&
         gradient.scalar_type() == at::kFloat && value.strides() == gradient.strides();
}

bool all_in_step(at::TensorList values, at::TensorList gradients) {
  return std::equal(values.begin(), values.end(), gradients.begin(), in_step);
}

class Sgd : public Optimizer {
 public:
  Sgd(std::vector<NamedParameter> parameters, const LoopOptions& options)
      : Optimizer(std::move(parameters)), momentum_(options.momentum), decay_(options.weight_decay) {
    if (momentum_ != 0) state("momentum");
  }

 private:
  void apply(const std::vector<std::size_t>& which, at::TensorList values, at::TensorList gradients, double rate) override {
    Tensors g = gradients.vec();
    if (decay_ != 0) g = at::_foreach_add(g, values, decay_);
    if (momentum_ != 0) {
      Tensors v = chosen(state("momentum"), which);
      at::_foreach_mul_(v, momentum_);
      at::_foreach_add_(v, g);
      g = v;
    }
    at::_foreach_add_(values, g, -rate);
  }

  double momentum_, decay_;
};

class Adam : public Optimizer {
 public:
  Adam(std::vector<NamedParameter> parameters, const LoopOptions& options, bool decoupled)
      : Optimizer(std::move(parameters)), options_(options), decoupled_(decoupled) {
    state("exp_avg");
    state("exp_avg_sq");
  }

 private:
  void apply(const std::vector<std::size_t>& which, at::TensorList values, at::TensorList gradients, double rate) override {
    if (all_in_step(values, gradients)) return apply_fused(which, values, gradients, rate);
    const double b1 = options_.beta1, b2 = options_.beta2, decay = options_.weight_decay;
    Tensors g = gradients.vec();
    if (decay != 0 && decoupled_) at::_foreach_mul_(values, 1 - rate * decay);
    if (decay != 0 && !decoupled_) g = at::_foreach_add(g, values, decay);
    Tensors m = chosen(state("exp_avg"), which), v = chosen(state("exp_avg_sq"), which);
    at::_foreach_mul_(m, b1);
    at::_foreach_add_(m, g, 1 - b1);
    at::_foreach_mul_(v, b2);
    at::_foreach_addcmul_(v, g, g, 1 - b2);
    Tensors denominator = at::_foreach_sqrt(v);
    at::_foreach_mul_(denominator, 1 / std::sqrt(1 - std::pow(b2, double(steps_))));
    at::_foreach_add_(denominator, options_.eps);
    at::_foreach_addcdiv_(values, m, denominator, -rate / (1 - std::pow(b1, double(steps_))));
  }

  void apply_fused(const std::vector<std::size_t>& which, at::TensorList values, at::TensorList gradients, double rate) {
    const double b1 = options_.beta1, b2 = options_.beta2, decay = options_.weight_decay;
    const double first = 1 - std::pow(b1, double(steps_)), second = 1 - std::pow(b2, double(steps_));
    const AdamStep step{float(b1),
                        float(b2),
                        float(rate / first),
                        float(1 / std::sqrt(second)),
                        float(options_.eps),
                        decoupled_ ? 0 : float(decay),
                        decoupled_ ? float(1 - rate * decay) : 1};
    auto &m = state("exp_avg"), &v = state("exp_avg_sq");
    for (std::size_t k = 0; k < which.size(); ++k)
      adam(values[k].data_ptr<float>(), gradients[k].data_ptr<float>(), m[which[k]].data_ptr<float>(),
           v[which[k]].data_ptr<float>(), values[k].numel(), step);
  }

  LoopOptions options_;
  bool decoupled_;
};

class RmsProp : public Optimizer {
 public:
  RmsProp(std::vector<NamedParameter> parameters, const LoopOptions& options)
      : Optimizer(std::move(parameters)), options_(options) {
    state("square_avg");
    if (options_.momentum != 0) state("momentum");
  }

 private:
  void apply(const std::vector<std::size_t>& which, at::TensorList values, at::TensorList gradients, double rate) override {
    Tensors g = gradients.vec();
    if (options_.weight_decay != 0) g = at::_foreach_add(g, values, options_.weight_decay);
    Tensors v = chosen(state("square_avg"), which);
    at::_foreach_mul_(v, options_.beta2);
    at::_foreach_addcmul_(v, g, g, 1 - options_.beta2);
    Tensors denominator = at::_foreach_sqrt(v);
    at::_foreach_add_(denominator, options_.eps);
    if (options_.momentum == 0) return at::_foreach_addcdiv_(values, g, denominator, -rate);
    Tensors b = chosen(state("momentum"), which);
    at::_foreach_mul_(b, options_.momentum);
    at::_foreach_addcdiv_(b, g, denominator);
    at::_foreach_add_(values, b, -rate);
  }

  LoopOptions options_;
};

void copy_state(at::Tensor& to, const StateDict& from, const std::string& name) {
  to.copy_(from.at(name, to.sizes()));
}

}  // namespace

std::vector<at::Tensor>& Optimizer::state(const std::string& name) {
  return state(name, [](const at::Tensor& value) { return at::zeros_like(value); });
}

std::vector<at::Tensor>& Optimizer::state(const std::string& name, const Start& start) {
  for (auto& [known, tensors] : states_)
    if (known == name) return tensors;
  Tensors first;
  for (const auto& parameter : parameters_) first.push_back(start(parameter.value));
  return states_.emplace_back(name, std::move(first)).second;
}

std::vector<at::Tensor> Optimizer::chosen(const std::vector<at::Tensor>& all, const std::vector<std::size_t>& which) {
  Tensors some;
  for (const auto k : which) some.push_back(all[k]);
  return some;
}

void Optimizer::step(double learning_rate) {
  at::NoGradGuard no_gradient;
  std::vector<std::size_t> which;
  Tensors values, gradients;
  for (std::size_t k = 0; k < parameters_.size(); ++k) {
    const auto& gradient = parameters_[k].value.grad();
    if (!gradient.defined()) continue;
    which.push_back(k);
    values.push_back(parameters_[k].value);
    gradients.push_back(gradient);
  }
  ++steps_;
  if (!which.empty()) apply(which, values, gradients, learning_rate);
}

void Optimizer::clear_gradients() {
  for (auto& parameter : parameters_) parameter.value.mutable_grad().reset();
}

void Optimizer::save(StateDict& into, const std::string& prefix) const {
  into.tensors[prefix + "steps"] = at::scalar_tensor(steps_, at::kLong);
  for (const auto& [name, tensors] : states_)
    for (std::size_t k = 0; k < tensors.size(); ++k)
      if (tensors[k].defined()) into.tensors[prefix + parameters_[k].name + "." + name] = tensors[k].detach();
}

void Optimizer::load(const StateDict& from, const std::string& prefix) {
  at::NoGradGuard no_gradient;
  steps_ = from.at(prefix + "steps", {}).item<int64_t>();
  for (auto& [name, tensors] : states_)
    for (std::size_t k = 0; k < tensors.size(); ++k)
      if (tensors[k].defined()) copy_state(tensors[k], from, prefix + parameters_[k].name + "." + name);
}

std::unique_ptr<Optimizer> make_optimizer(const LoopOptions& options, std::vector<NamedParameter> parameters) {
  if (options.optimizer == "sgd") return std::make_unique<Sgd>(std::move(parameters), options);
  if (options.optimizer == "rmsprop") return std::make_unique<RmsProp>(std::move(parameters), options);
  if (options.optimizer == "adamw8bit") return make_eight_bit_adamw(std::move(parameters), options);
  return std::make_unique<Adam>(std::move(parameters), options, options.optimizer == "adamw");
}

}  // namespace inkstone
