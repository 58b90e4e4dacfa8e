#include "train/step.hpp"

#include <cmath>

#include <fmt/format.h>
#include <torch/autograd.h>

#include "train/autocast.hpp"
#include "train/processes.hpp"

namespace inkstone {
namespace {

std::vector<at::Tensor> values_of(const std::vector<NamedParameter>& parameters) {
  std::vector<at::Tensor> values;
  for (const auto& parameter : parameters) values.push_back(parameter.value);
  return values;
}

std::vector<at::Tensor> gradients_of(const std::vector<NamedParameter>& parameters) {
  std::vector<at::Tensor> gradients;
  for (const auto& parameter : parameters)
    if (parameter.value.grad().defined()) gradients.push_back(parameter.value.grad());
  return gradients;
}

double joint_norm(const std::vector<at::Tensor>& tensors) {
  return at::stack(at::_foreach_norm(tensors)).norm().item<double>();
}

}  // namespace

LoopStep::LoopStep(Settings settings, StepNoise noise, std::map<std::string, TrainedNetwork>& networks, Processes& processes,
                   Meters& meters)
    : settings_(settings), noise_(std::move(noise)), networks_(networks), processes_(processes), meters_(meters) {}

void LoopStep::minimise(const std::string& name, const Batch& batch, const LossOf& loss_of) {
  auto& [network, optimizer] = networks_.at(name);
  optimizer->clear_gradients();
  settings_.privacy ? backward_privately(name, values_of(optimizer->parameters()), batch, loss_of)
                    : backward(name, values_of(optimizer->parameters()), batch, loss_of);
  clip(name, optimizer->parameters());
  optimizer->step(settings_.learning_rate * network.rate);
}

void LoopStep::backward(const std::string& name, const std::vector<at::Tensor>& parameters, const Batch& batch,
                        const LossOf& loss_of) {
  const int64_t size = batch.size(), parts = std::min<int64_t>(settings_.parts, size);
  const uint64_t call = noise_.calls();
  uint64_t last_call = call;
  for (int64_t k = 0; k < parts; ++k) {
    const int64_t first = size * k / parts, count = size * (k + 1) / parts - first;
    noise_.select(first, count, call);
    processes_.synchronise_next_backward(name, k + 1 == parts);
    backward_part(name, parameters, parts == 1 ? batch : batch.part(first, count), double(count) / double(size), loss_of);
    last_call = std::max(last_call, noise_.calls());
  }
  noise_.select(0, size, last_call);
}

// Picture by picture, each of which sees its own rows of the step's noise. A batch without pictures is noise alone.
void LoopStep::backward_privately(const std::string& name, const std::vector<at::Tensor>& parameters, const Batch& batch,
                                  const LossOf& loss_of) {
  PrivateGradient gradient(*settings_.privacy, parameters);
  const uint64_t call = noise_.calls();
  uint64_t last_call = call;
  int64_t clipped = 0;
  for (int64_t k = 0; k < batch.size(); ++k) {
    noise_.select(k, 1, call);
    backward_part(name, parameters, batch.part(k, 1), 1, loss_of);
    const double norm = gradient.take();
    if (!std::isfinite(norm)) diverged(fmt::format("the gradient of the {} became {}", name, norm));
    clipped += norm > settings_.privacy->bound;
    last_call = std::max(last_call, noise_.calls());
  }
  noise_.select(0, batch.size(), last_call);
  if (batch.size() > 0) meters_.add("clipped/" + name, at::scalar_tensor(double(clipped) / double(batch.size())));
  gradient.release(noise_);
}

void LoopStep::backward_part(const std::string& name, const std::vector<at::Tensor>& parameters, const Batch& part, double share,
                             const LossOf& loss_of) {
  at::Tensor loss;
  {
    const Autocast autocast(settings_.bf16, part.pictures.device().type());
    loss = loss_of(part);
  }
  const double value = loss.item<double>();
  if (processes_.any(!std::isfinite(value))) diverged(fmt::format("the loss of the {} became {}", name, value));
  const at::Tensor scaled = share == 1 ? loss : loss * share;
  processes_.run_backward([&] { torch::autograd::backward({scaled}, {}, c10::nullopt, false, parameters); });
}

void LoopStep::clip(const std::string& name, const std::vector<NamedParameter>& parameters) {
  const auto gradients = gradients_of(parameters);
  if (gradients.empty()) return;
  at::NoGradGuard no_gradient;
  const double norm = joint_norm(gradients);
  if (!std::isfinite(norm)) diverged(fmt::format("the gradient of the {} became {}", name, norm));
  meters_.add("gradient/" + name, at::scalar_tensor(norm));
  if (settings_.clip > 0 && norm > settings_.clip) at::_foreach_mul_(gradients, settings_.clip / norm);
}

void LoopStep::diverged(const std::string& what) const {
  throw Divergence(
      fmt::format("training diverged in step {}: {}; try a lower --learning-rate, or --clip 1", settings_.number + 1, what));
}

}  // namespace inkstone
