#include "models/features/frozen_features.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <ATen/core/ivalue.h>
#include <torch/autograd.h>

#include "models/features/feature_pass.hpp"
#include "nn/mixed_precision.hpp"

namespace inkstone {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Keeps a pass alive as long as a graph needs it.
struct PassHolder : torch::CustomClassHolder {
  explicit PassHolder(std::shared_ptr<FeaturePass> held) : pass(std::move(held)) {}
  std::shared_ptr<FeaturePass> pass;
};

struct Seen : torch::autograd::Function<Seen> {
  static variable_list forward(AutogradContext* context, const at::Tensor& rgb, const std::shared_ptr<FeaturePass>& pass) {
    at::AutoDispatchBelowADInplaceOrView below;
    pass->forward(rgb);
    context->save_for_backward(pass->take_trace());
    context->saved_data["pass"] = at::IValue::make_capsule(c10::make_intrusive<PassHolder>(pass));
    return pass->take_taps();  // kept by the pass they would hold the graph that holds the pass, and never be freed
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto holder = c10::static_intrusive_pointer_cast<PassHolder>(context->saved_data["pass"].toCapsule());
    const auto add = [&](std::size_t tap, const at::Tensor&, at::Tensor& gradient) {
      if (gradients[tap].defined()) gradient.add_(gradients[tap]);
    };
    return {holder->pass->backward(context->get_saved_variables(), add), at::Tensor()};
  }
};

}  // namespace

FrozenFeatures::FrozenFeatures(FeatureNetwork network, const std::vector<std::string>& layers) : network_(std::move(network)) {
  std::vector<std::size_t> stages;
  for (const auto& layer : layers) stages.push_back(network_.stage(layer));
  taps_ = stages;
  std::sort(taps_.begin(), taps_.end());
  taps_.erase(std::unique(taps_.begin(), taps_.end()), taps_.end());
  for (const auto stage : stages)
    order_.push_back(std::size_t(std::lower_bound(taps_.begin(), taps_.end(), stage) - taps_.begin()));
}

std::shared_ptr<FeaturePass> FrozenFeatures::pass_in(at::ScalarType dtype) const {
  const bool half = dtype == at::kBFloat16;
  auto& pass = half ? bfloat_pass_ : float_pass_;
  if (!pass) pass = std::make_shared<FeaturePass>(network_, taps_, Pooling::max, half ? Precision::bfloat16 : Precision::float32);
  return pass;
}

std::vector<at::Tensor> FrozenFeatures::operator()(const at::Tensor& rgb) const {
  const bool packed = rgb.is_cpu() && is_straight(network_);
  const auto found = packed ? Seen::apply(rgb.to(at::kFloat), pass_in(nn::run_dtype(rgb)))
                            : run_stages(network_, preprocess(network_, rgb).contiguous(at::MemoryFormat::ChannelsLast), taps_);
  std::vector<at::Tensor> ordered;
  for (const auto place : order_) ordered.push_back(found[place]);
  return ordered;
}

}  // namespace inkstone
