// Weights and inputs by the formulas of make_stable_diffusion.py, and comparison with what it wrote.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/nn.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "nn/fill.hpp"

namespace inkstone::sd {

using Json = nlohmann::json;

inline const Json& goldens(const char* group) {
  static const Json json = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/stable_diffusion.json"));
  return json.at(group);
}

inline at::Tensor wave(at::IntArrayRef shape, double step, double phase = 0) {
  const int64_t count = c10::multiply_integers(shape);
  return at::sin(at::arange(count, at::kDouble) * step + phase).view(shape).to(at::kFloat);
}

// The reference's names and shapes are the file; so the network must ask for exactly these.
inline StateDict reference_weights(const Json& parameters) {
  StateDict weights;
  int k = 0;
  for (const auto& [name, sizes] : parameters.items()) {
    const auto shape = sizes.get<std::vector<int64_t>>();
    const bool flat = shape.size() == 1, weight = name.ends_with("weight");
    const double a = flat && weight ? 1 : 0;
    int64_t fan_in = 1;
    for (std::size_t i = 1; i < shape.size(); ++i) fan_in *= shape[i];
    const double b = flat ? (weight ? 0.2 : 0.1) : std::sqrt(2.0 / static_cast<double>(fan_in));
    const auto sines = at::sin(at::arange(c10::multiply_integers(shape), at::kDouble) * 12.9898 + 78.233 * k++);
    weights.tensors[name] = (a + b * sines).view(shape).to(at::kFloat);
  }
  return weights;
}

template <class Network>
Network filled(Network network, const Json& golden) {
  nn::fill(*network, reference_weights(golden["parameters"]), {at::kFloat, "reference"});
  return network;
}

// Relative, over the values that are kept.
inline double error_of(const at::Tensor& got, const Json& golden) {
  const auto flat = got.to(at::kDouble).contiguous().flatten();
  const auto values = at::tensor(golden["values"].get<std::vector<double>>(), at::kDouble);
  const auto places = at::arange(0, flat.numel(), std::max<int64_t>(1, flat.numel() / 48), at::kLong);
  return places.numel() == values.numel() ? ((flat.index_select(0, places) - values).norm() / values.norm()).item<double>() : 1e9;
}

inline void expect_close(const at::Tensor& got, const Json& golden, double tolerance) {
  EXPECT_LT(error_of(got, golden), tolerance);
  EXPECT_NEAR(got.to(at::kDouble).norm().item<double>() / golden["norm"].get<double>(), 1, tolerance);
}

}  // namespace inkstone::sd
