// Networks filled by formula and looked at through sums, so that neither side of a golden need store weights or whole gradients:
// what make_unet.py, make_words.py, make_captioner.py and make_contrastive.py do in PyTorch.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <torch/nn.h>
#include <nlohmann/json.hpp>

namespace inkstone::golden {

inline at::Tensor wave(int64_t count, double step, double phase = 0) {
  return at::sin(at::arange(count, at::kDouble) * step + phase);
}

inline std::map<std::string, at::Tensor> sorted_parameters(const torch::nn::Module& network) {
  std::map<std::string, at::Tensor> sorted;
  for (const auto& item : network.named_parameters()) sorted.emplace(item.key(), item.value());
  return sorted;
}

// gain: of the variance of a layer's result over its input's. Numbers that stand alone become 1.25.
inline void fill_with_waves(const torch::nn::Module& network, double gain) {
  const at::NoGradGuard frozen;
  int k = 0;
  for (auto& [name, value] : sorted_parameters(network)) {
    const double phase = 78.233 * k++;
    if (value.dim() == 0) {
      value.fill_(1.25);
      continue;
    }
    const bool flat = value.dim() == 1, scale = flat && name.ends_with("weight");
    const double b = flat ? (scale ? 0.2 : 0.1) : std::sqrt(gain / double(value[0].numel()));
    value.copy_(((scale ? 1 : 0) + b * wave(value.numel(), 12.9898, phase)).view(value.sizes()));
  }
}

// Of some fifty values at even distances, over the largest of them.
inline double largest_difference(const at::Tensor& got, const nlohmann::json& expected) {
  const auto flat = got.detach().to(at::kDouble).contiguous().flatten();
  const auto values = at::tensor(expected.get<std::vector<double>>(), at::kDouble);
  const auto strided = flat.slice(0, 0, flat.numel(), std::max<int64_t>(1, flat.numel() / 48));
  return ((strided - values).abs().max() / values.abs().max()).item<double>();
}

// golden: the norm of every parameter's gradient, and its product with a wave.
inline void expect_gradients(const torch::nn::Module& network, const nlohmann::json& golden, const std::string& name) {
  const auto parameters = sorted_parameters(network);
  ASSERT_EQ(parameters.size(), golden.size()) << name;
  for (const auto& [parameter, value] : parameters) {
    ASSERT_TRUE(golden.contains(parameter)) << parameter;
    const double norm = golden[parameter][0], along = golden[parameter][1];
    const auto gradient = value.grad().to(at::kDouble).contiguous().flatten();
    EXPECT_NEAR(gradient.norm().item<double>(), norm, 1e-4 * norm + 1e-6) << name << " " << parameter;
    EXPECT_NEAR((gradient * wave(gradient.numel(), 0.23)).sum().item<double>(), along, 2e-4 * norm + 1e-6)
        << name << " " << parameter;
  }
}

}  // namespace inkstone::golden
