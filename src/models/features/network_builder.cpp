#include "models/features/network_builder.hpp"

namespace inkstone {

using Kind = FeatureStage::Kind;

NetworkBuilder::Stage NetworkBuilder::add(FeatureStage stage) {
  network_.stages.push_back(std::move(stage));
  return network_.stages.size() - 1;
}

NetworkBuilder::Stage NetworkBuilder::first_conv(std::string name, at::Tensor weight, at::Tensor bias, int64_t stride) {
  return add(
      {.kind = Kind::conv, .name = std::move(name), .weight = std::move(weight), .bias = std::move(bias), .stride = stride});
}

NetworkBuilder::Stage NetworkBuilder::conv(std::string name, Stage from, at::Tensor weight, at::Tensor bias, int64_t stride) {
  return add({.kind = Kind::conv,
              .name = std::move(name),
              .weight = std::move(weight),
              .bias = std::move(bias),
              .inputs = {from},
              .stride = stride});
}

NetworkBuilder::Stage NetworkBuilder::relu(std::string name, Stage from) {
  return add({.kind = Kind::relu, .name = std::move(name), .weight = {}, .bias = {}, .inputs = {from}});
}

NetworkBuilder::Stage NetworkBuilder::max_pool(std::string name, Stage from, int64_t window, int64_t stride, int64_t padding,
                                               bool round_up) {
  return add({.kind = Kind::max_pool,
              .name = std::move(name),
              .weight = {},
              .bias = {},
              .inputs = {from},
              .stride = stride,
              .window = window,
              .padding = padding,
              .round_up = round_up});
}

NetworkBuilder::Stage NetworkBuilder::response_norm(std::string name, Stage from) {
  return add({.kind = Kind::response_norm, .name = std::move(name), .weight = {}, .bias = {}, .inputs = {from}});
}

NetworkBuilder::Stage NetworkBuilder::sum(std::string name, std::vector<Stage> from) {
  return add({.kind = Kind::sum, .name = std::move(name), .weight = {}, .bias = {}, .inputs = std::move(from)});
}

NetworkBuilder::Stage NetworkBuilder::concatenate(std::string name, std::vector<Stage> from) {
  return add({.kind = Kind::concatenate, .name = std::move(name), .weight = {}, .bias = {}, .inputs = std::move(from)});
}

NetworkBuilder::Stage NetworkBuilder::mean(std::string name, Stage from) {
  return add({.kind = Kind::mean, .name = std::move(name), .weight = {}, .bias = {}, .inputs = {from}});
}

NetworkBuilder::Stage NetworkBuilder::linear(std::string name, Stage from, at::Tensor weight, at::Tensor bias) {
  return add(
      {.kind = Kind::linear, .name = std::move(name), .weight = std::move(weight), .bias = std::move(bias), .inputs = {from}});
}

}  // namespace inkstone
