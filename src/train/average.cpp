#include "train/average.hpp"

#include <algorithm>

namespace inkstone {
namespace {

void exchange(std::vector<at::Tensor>& a, std::vector<at::Tensor>& b) {
  for (std::size_t k = 0; k < a.size(); ++k) {
    const at::Tensor kept = a[k].clone();
    a[k].copy_(b[k]);
    b[k].copy_(kept);
  }
}

}  // namespace

WeightAverage::WeightAverage(torch::nn::Module& module, double decay) : decay_(decay) {
  for (const auto& item : module.named_parameters()) {
    if (!item.value().requires_grad()) continue;  // what does not train is its own average
    names_.push_back(item.key());
    live_.push_back(item.value().detach());
    average_.push_back(item.value().detach().clone());
  }
  for (const auto& item : module.named_buffers()) {
    buffer_names_.push_back(item.key());
    live_buffers_.push_back(item.value());
    buffers_.push_back(item.value().clone());
  }
}

void WeightAverage::update() {
  at::NoGradGuard no_gradient;
  ++updates_;
  const double decay = std::min(decay_, double(1 + updates_) / double(10 + updates_));
  if (!average_.empty()) {  // of a network that is frozen whole
    at::_foreach_mul_(average_, decay);
    at::_foreach_add_(average_, live_, 1 - decay);
  }
  for (std::size_t k = 0; k < buffers_.size(); ++k) {
    if (buffers_[k].is_floating_point())
      buffers_[k].lerp_(live_buffers_[k], 1 - decay);
    else
      buffers_[k].copy_(live_buffers_[k]);
  }
}

void WeightAverage::swap() {
  at::NoGradGuard no_gradient;
  exchange(live_, average_);
  exchange(live_buffers_, buffers_);
}

void WeightAverage::save(StateDict& into, const std::string& prefix) const {
  for (std::size_t k = 0; k < names_.size(); ++k) into.tensors[prefix + names_[k]] = average_[k];
  for (std::size_t k = 0; k < buffers_.size(); ++k) into.tensors[prefix + buffer_names_[k]] = buffers_[k];
  into.metadata[prefix + "updates"] = std::to_string(updates_);
}

void WeightAverage::load(const StateDict& from, const std::string& prefix) {
  at::NoGradGuard no_gradient;
  for (std::size_t k = 0; k < names_.size(); ++k) average_[k].copy_(from.at(prefix + names_[k], average_[k].sizes()));
  for (std::size_t k = 0; k < buffers_.size(); ++k) buffers_[k].copy_(from.at(prefix + buffer_names_[k], buffers_[k].sizes()));
  if (const auto found = from.metadata.find(prefix + "updates"); found != from.metadata.end())
    updates_ = std::stoll(found->second);
}

}  // namespace inkstone
