#include "models/features/feature_pass.hpp"

#include <algorithm>
#include <utility>

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "kernels/elementwise.hpp"

namespace inkstone {
namespace {

using Kind = FeatureStage::Kind;
constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

}  // namespace

FeaturePass::FeaturePass(const FeatureNetwork& network, std::vector<std::size_t> taps, Pooling pooling, Precision precision)
    : network_(network), taps_(std::move(taps)), pooling_(pooling), precision_(precision), straight_(is_straight(network)) {
  if (!straight_) return;
  const std::size_t count = taps_.back() + 1;
  convolutions_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& stage = network_.stages[i];
    const bool convolves = stage.kind == Kind::conv;
    convolutions_.emplace_back(convolves ? stage.weight : at::zeros({1, 1, 1, 1}), convolves ? stage.bias : at::zeros({1}));
  }
  outputs_.resize(count);
}

// The rectifier runs inside the convolution before it unless somebody looks at the convolution's own output.
bool FeaturePass::rectified_inside(std::size_t stage) const {
  return network_.stages[stage].kind == Kind::conv && stage + 1 < outputs_.size() &&
         network_.stages[stage + 1].kind == Kind::relu && !std::binary_search(taps_.begin(), taps_.end(), stage);
}

// The picture itself has more than eight significant bits; what reads it stays in float32.
bool FeaturePass::runs_in_float32(std::size_t stage) const {
  return precision_ == Precision::float32 || network_.stages[stage].weight.size(1) <= 4;
}

at::Tensor FeaturePass::run_stage(std::size_t stage, const at::Tensor& x) {
  switch (network_.stages[stage].kind) {
    case Kind::conv: {
      const auto y = convolutions_[stage].forward(runs_in_float32(stage) ? x.to(at::kFloat) : x, rectified_inside(stage));
      return precision_ == Precision::bfloat16 ? y.to(at::kBFloat16) : y;
    }
    case Kind::relu:
      return stage > 0 && rectified_inside(stage - 1) ? x : at::relu(x);
    case Kind::pool:
      return pooling_ == Pooling::max ? kernels::max_pool(x) : kernels::average_pool(x);
    default:  // of networks that branch
      break;
  }
  return x;
}

const std::vector<at::Tensor>& FeaturePass::forward(const at::Tensor& rgb) {
  if (!straight_) return forward_branching(rgb);
  const at::NoGradGuard frozen;
  tapped_.clear();
  at::Tensor x = preprocess(network_, rgb).contiguous(kChannelsLast);
  for (std::size_t stage = 0; stage < outputs_.size(); ++stage) {
    x = run_stage(stage, x);
    outputs_[stage] = x;
    if (std::binary_search(taps_.begin(), taps_.end(), stage)) tapped_.push_back(x);
  }
  return tapped_;
}

const std::vector<at::Tensor>& FeaturePass::forward_branching(const at::Tensor& rgb) {
  const at::AutoGradMode tracing(true);
  picture_ = rgb.detach().clone().requires_grad_();
  traced_ = run_stages(network_, preprocess(network_, picture_).contiguous(kChannelsLast), taps_, pooling_);
  tapped_.clear();
  for (const auto& output : traced_) tapped_.push_back(output.detach().contiguous(kChannelsLast));
  return tapped_;
}

at::Tensor FeaturePass::backward_branching(const AddGradient& add_gradient) {
  std::vector<at::Tensor> gradients;
  for (std::size_t k = 0; k < tapped_.size(); ++k) {
    gradients.push_back(at::zeros_like(tapped_[k]));
    add_gradient(k, tapped_[k], gradients.back());
  }
  const auto gradient = torch::autograd::grad(traced_, {picture_}, gradients, /*retain_graph=*/false).front();
  traced_.clear();
  return gradient.contiguous();
}

at::Tensor FeaturePass::undo_stage(const std::vector<at::Tensor>& trace, std::size_t stage, at::Tensor gradient) {
  switch (network_.stages[stage].kind) {
    case Kind::conv: {
      const auto g = convolutions_[stage].backward_data(runs_in_float32(stage) ? gradient.to(at::kFloat) : gradient);
      return g;
    }
    case Kind::relu:
      kernels::relu_backward_(gradient, trace[stage]);
      return gradient;
    case Kind::pool:
      return pooling_ == Pooling::max ? kernels::max_pool_backward(gradient, trace[stage - 1])
                                      : kernels::average_pool_backward(gradient, trace[stage - 1]);
    default:
      break;
  }
  return gradient;
}

at::Tensor FeaturePass::backward(const AddGradient& add_gradient) {
  return straight_ ? backward(take_trace(), add_gradient) : backward_branching(add_gradient);
}

at::Tensor FeaturePass::backward(std::vector<at::Tensor> trace, const AddGradient& add_gradient) {
  const at::NoGradGuard frozen;
  at::Tensor gradient = at::zeros_like(trace.back(), kChannelsLast);
  std::size_t tap = taps_.size();
  for (std::size_t stage = trace.size(); stage-- > 0;) {
    if (tap > 0 && taps_[tap - 1] == stage) {
      --tap;
      add_gradient(tap, trace[stage], gradient);
    }
    gradient = undo_stage(trace, stage, std::move(gradient));
    trace[stage] = at::Tensor();
  }
  // x[c] = rgb[order[c]] * scale[c] - mean[c]
  auto d_rgb = at::empty_like(gradient, at::kFloat);
  for (int c = 0; c < 3; ++c) d_rgb.select(1, network_.order[c]).copy_(gradient.select(1, c) * network_.scale[c]);
  return d_rgb;
}

}  // namespace inkstone
