// A weight file against what an independent reader says of it (make_published_weights.py).
#pragma once

#include <gtest/gtest.h>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "core/crc32.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

inline void expect_row(const at::Tensor& tensor, const nlohmann::json& row, const std::string& name) {
  ASSERT_EQ(tensor.sizes().vec(), row[0].get<std::vector<std::int64_t>>()) << name;
  const at::Tensor flat = tensor.to(at::kDouble).flatten();
  EXPECT_NEAR(flat.mean().item<double>(), row[1].get<double>(), 1e-9 + 1e-9 * std::abs(row[1].get<double>())) << name;
  EXPECT_NEAR(flat.std(false).item<double>(), row[2].get<double>(), 1e-9 + 1e-9 * row[2].get<double>()) << name;
  const std::int64_t places[] = {0, flat.numel() / 2, flat.numel() - 1};
  for (int i = 0; i < 3; ++i) {
    const auto expected = row[3 + i].get<double>();  // nine digits
    EXPECT_NEAR(flat[places[i]].item<double>(), expected, 1e-8 * std::abs(expected)) << name;
  }
}

// Every name, shape and value, by their checksums; some tensors by their statistics, which say what is wrong.
inline void expect_statistics(const StateDict& read, const nlohmann::json& golden) {
  EXPECT_EQ(read.tensors.size(), golden["tensors"].get<std::size_t>());
  for (const auto& [name, row] : golden["samples"].items()) expect_row(read.at(name), row, name);
  std::string layout;
  std::uint32_t values = 0;
  std::int64_t elements = 0;
  double sum = 0, squares = 0;
  for (const auto& [name, tensor] : read.tensors) {
    layout += fmt::format("{} [{}]\n", name, fmt::join(tensor.sizes(), ","));
    const at::Tensor wide = tensor.to(at::kDouble).contiguous();
    values = crc32({static_cast<const std::byte*>(wide.data_ptr()), wide.nbytes()}, values);
    elements += wide.numel();
    sum += wide.sum().item<double>();
    squares += wide.square().sum().item<double>();
  }
  EXPECT_EQ(elements, golden["elements"].get<std::int64_t>());
  EXPECT_EQ(crc32(as_bytes(layout)), golden["layout"].get<std::uint32_t>());
  EXPECT_EQ(values, golden["values"].get<std::uint32_t>());
  const double mean = sum / double(elements), deviation = std::sqrt(squares / double(elements) - mean * mean);
  EXPECT_NEAR(mean, golden["mean"].get<double>(), 1e-9 * golden["std"].get<double>());
  EXPECT_NEAR(deviation, golden["std"].get<double>(), 1e-8 * golden["std"].get<double>());
}

}  // namespace inkstone
