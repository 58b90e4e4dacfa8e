#include "dream/dream_objective.hpp"

#include <charconv>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <torch/autograd.h>

#include "dream/tiles.hpp"
#include "inkstone/error.hpp"

namespace inkstone::dream {
namespace {

template <class T>
T number_after(const std::string& text, std::size_t sign) {
  T number{};
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + sign + 1, end, number);
  if (error != std::errc() || rest != end)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("'{}' is no layer; write LAYER, LAYER:CHANNEL or LAYER:CHANNEL*WEIGHT", text));
  return number;
}

// [1,C,h,w] or [1,C] -> [C,n]
at::Tensor as_columns(const at::Tensor& features) {
  return features.reshape({features.size(1), -1});
}

}  // namespace

DreamTarget parse_target(const std::string& text) {
  DreamTarget target;
  std::string left = text;
  if (const auto star = left.rfind('*'); star != std::string::npos) {
    target.weight = number_after<double>(left, star);
    left.resize(star);
  }
  if (const auto colon = left.rfind(':'); colon != std::string::npos) {
    target.channel = number_after<int64_t>(left, colon);
    left.resize(colon);
  }
  if (left.empty()) throw Error(ErrorCategory::bad_argument, fmt::format("'{}' names no layer", text));
  target.layer = left;
  return target;
}

DreamObjective::DreamObjective(const FeatureNetwork& network, std::vector<DreamTarget> targets, const at::Tensor& guide)
    : network_(network), targets_(std::move(targets)) {
  const auto channels = channels_of(network);
  for (const auto& target : targets_) {
    taps_.push_back(network.stage(target.layer));
    if (target.channel && (*target.channel < 0 || *target.channel >= channels[taps_.back()]))
      throw Error(ErrorCategory::bad_argument, fmt::format("{} of {} has no channel {}; they are 0 to {}", target.layer,
                                                           network.name, *target.channel, channels[taps_.back()] - 1));
  }
  if (!guide.defined()) return;
  const at::NoGradGuard looking;
  for (const auto& features : run_stages(network, preprocess(network, guide), taps_))
    guides_.push_back(as_columns(features).contiguous());
}

at::Tensor DreamObjective::value_of(std::size_t target, const at::Tensor& features) const {
  const auto columns = as_columns(features);
  if (!guides_.empty()) {
    const auto& guide = guides_[target];
    const auto best = at::mm(columns.detach().t(), guide).argmax(1);
    return (columns * guide.index_select(1, best)).sum(0).mean();
  }
  if (targets_[target].channel) return columns[*targets_[target].channel].mean();
  return columns.square().mean() / 2;
}

double DreamObjective::evaluate(const at::Tensor& x, at::Tensor& gradient) const {
  const at::AutoGradMode tracing(true);
  const auto picture = x.detach().clone().requires_grad_();
  const auto input = preprocess(network_, picture / 255).contiguous(at::MemoryFormat::ChannelsLast);
  const auto outputs = run_stages(network_, input, taps_);
  at::Tensor value;
  for (std::size_t k = 0; k < targets_.size(); ++k) {
    const auto term = value_of(k, outputs[k]) * targets_[k].weight;
    value = value.defined() ? value + term : term;
  }
  gradient = torch::autograd::grad({value}, {picture}).front();
  return value.item<double>();
}

double DreamObjective::bytes_per_pixel() const {
  constexpr double kGradients = 1.5;  // beside what autograd keeps
  const auto channels = channels_of(network_);
  const auto needed = needed_for(network_, taps_);
  double values = 6;
  for (std::size_t i = 0; i < needed.size(); ++i) {
    const auto reduction = static_cast<double>(reach_of(network_, i).reduction);
    if (needed[i]) values += static_cast<double>(channels[i]) / (reduction * reduction);
  }
  return values * kGradients * sizeof(float);
}

}  // namespace inkstone::dream
