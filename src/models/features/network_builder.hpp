// Writes down a network that branches, stage by stage, each named by where it begins.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/features/feature_network.hpp"

namespace inkstone {

class NetworkBuilder {
 public:
  using Stage = std::size_t;  // index of a stage, to begin others at

  explicit NetworkBuilder(FeatureNetwork& network) : network_(network) {}

  // At the picture.
  Stage first_conv(std::string name, at::Tensor weight, at::Tensor bias, int64_t stride);
  Stage conv(std::string name, Stage from, at::Tensor weight, at::Tensor bias, int64_t stride = 1);
  Stage relu(std::string name, Stage from);
  Stage max_pool(std::string name, Stage from, int64_t window, int64_t stride, int64_t padding, bool round_up);
  Stage response_norm(std::string name, Stage from);
  Stage sum(std::string name, std::vector<Stage> from);
  Stage concatenate(std::string name, std::vector<Stage> from);
  Stage mean(std::string name, Stage from);
  Stage linear(std::string name, Stage from, at::Tensor weight, at::Tensor bias);

 private:
  Stage add(FeatureStage stage);

  FeatureNetwork& network_;
};

}  // namespace inkstone
