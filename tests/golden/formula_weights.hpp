// Weights that no file stores: the formula of make_clip_text.py over a network's parameters; and its short form of results.
#pragma once

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <torch/nn.h>
#include <nlohmann/json.hpp>

#include "tensor/state_dict.hpp"

namespace inkstone {

inline StateDict formula_weights(const torch::nn::Module& network) {
  std::map<std::string, at::Tensor> sorted;
  for (const auto& item : network.named_parameters()) sorted.emplace(item.key(), item.value());
  StateDict weights;
  int k = 0;
  for (const auto& [name, place] : sorted) {
    const bool flat = place.dim() == 1, scale = flat && name.ends_with("weight");
    const double b = flat ? (scale ? 0.2 : 0.1) : std::sqrt(2.0 / static_cast<double>(place.size(1)));
    const auto wave = at::sin(at::arange(place.numel(), at::kDouble) * 12.9898 + 78.233 * k++);
    weights.tensors[name] = ((scale ? 1 : 0) + b * wave).view(place.sizes()).to(at::kFloat);
  }
  return weights;
}

// The largest error of the values kept, or of the norm, relative.
inline double error_of(const at::Tensor& got, const nlohmann::json& expected) {
  EXPECT_EQ(got.sizes().vec(), expected["shape"].get<std::vector<int64_t>>());
  const auto values = at::tensor(expected["values"].get<std::vector<double>>(), at::kDouble);
  const auto flat = got.to(at::kDouble).contiguous().flatten();
  const auto strided = flat.slice(0, 0, flat.numel(), std::max<int64_t>(1, flat.numel() / 40));
  const double norm = std::abs(flat.norm().item<double>() / expected["norm"].get<double>() - 1);
  return std::max(norm, (strided - values).abs().max().item<double>());
}

}  // namespace inkstone
