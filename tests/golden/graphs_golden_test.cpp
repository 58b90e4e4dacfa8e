// The graph executor against ONNX Runtime: hundreds of models of one operator or of a few that are fused, by make_graphs.py.
#include <cmath>
#include <set>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "inkstone/error.hpp"
#include "models/graph/network.hpp"
#include "models/graph/operators.hpp"
#include "weights/onnx_graph.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace {

constexpr double kTolerance = 2e-4;  // of a value, and of its size where that is above one

const StateDict& goldens() {
  static const StateDict file = read_safetensors(INKSTONE_SOURCE_DIR "/tests/golden/data/graphs.safetensors");
  return file;
}

// Tensors that are equal are stored once.
const at::Tensor* golden(const std::string& name) {
  static const auto shared = nlohmann::json::parse(goldens().metadata.at("shared"));
  const auto other = shared.find(name);
  const auto found = goldens().tensors.find(other == shared.end() ? name : other->get<std::string>());
  return found == goldens().tensors.end() ? nullptr : &found->second;
}

std::vector<at::Tensor> several(const std::string& prefix) {
  std::vector<at::Tensor> list;
  while (const at::Tensor* next = golden(prefix + std::to_string(list.size()))) list.push_back(*next);
  return list;
}

std::vector<std::string> names_of_cases() {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : goldens().tensors)
    if (name.ends_with(".model")) names.push_back(name.substr(0, name.size() - 6));
  const auto shared = nlohmann::json::parse(goldens().metadata.at("shared"));
  for (const auto& [name, other] : shared.items())
    if (name.ends_with(".model")) names.push_back(name.substr(0, name.size() - 6));
  return names;
}

Graph graph_of(const std::string& name) {
  const at::Tensor& file = *golden(name + ".model");
  return read_onnx_graph(Bytes(static_cast<const std::byte*>(file.data_ptr()), file.nbytes()));
}

// Largest difference, in units of the tolerance; infinite where shapes differ or one is not a number where the other is.
double difference(const at::Tensor& got, const at::Tensor& wanted) {
  if (got.sizes() != wanted.sizes()) return INFINITY;
  if (got.numel() == 0) return 0;
  const auto a = got.to(at::kDouble), b = wanted.to(at::kDouble);
  const auto both = at::logical_or(a.eq(b), at::logical_and(a.ne(a), b.ne(b)));
  const auto apart = ((a - b).abs() / (b.abs().clamp_min(1) * kTolerance)).masked_fill(both, 0);
  return apart.ne(apart).any().item<bool>() ? INFINITY : apart.max().item<double>();
}

std::vector<at::Tensor> run_case(const std::string& name, at::ScalarType compute) {
  graph::Network network(graph_of(name), compute);
  return network.run(several(name + ".in"));
}

TEST(GraphsGolden, EqualOnnxRuntime) {
  for (const auto& name : names_of_cases()) {
    try {
      const auto got = run_case(name, at::kFloat), wanted = several(name + ".out");
      ASSERT_EQ(got.size(), wanted.size()) << name;
      for (std::size_t i = 0; i < got.size(); ++i)
        EXPECT_LE(difference(got[i], wanted[i]), 1)
            << name << " output " << i << " of " << got[i].sizes() << ", not " << wanted[i].sizes();
    } catch (const Error& error) {
      ADD_FAILURE() << name << ": " << error.what();
    }
  }
}

TEST(GraphsGolden, SizesAreKnownBeforeRunning) {
  const std::set<std::string> by_content = {"NonZero-17"};  // as many as are not zero
  for (const auto& name : names_of_cases()) {
    graph::Network network(graph_of(name));
    const auto inputs = several(name + ".in"), outputs = several(name + ".out");
    std::vector<Shape> sizes;
    for (const auto& input : inputs) sizes.push_back(input.sizes().vec());
    const auto forecast = network.forecast(sizes);
    if (!forecast) {
      EXPECT_TRUE(by_content.count(name)) << name << ": no forecast";
      continue;
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) EXPECT_EQ(at::IntArrayRef(forecast->outputs[i]), outputs[i].sizes()) << name;
  }
}

TEST(GraphsGolden, Bfloat16StaysNear) {
  for (const auto& name : names_of_cases()) {
    if (!name.starts_with("fused:") && !name.starts_with("Conv")) continue;
    const auto got = run_case(name, at::kBFloat16), wanted = several(name + ".out");
    for (std::size_t i = 0; i < got.size(); ++i) {
      const auto a = got[i].to(at::kDouble), b = wanted[i].to(at::kDouble);
      EXPECT_LT((a - b).square().mean().item<double>(), 9e-4 * b.square().mean().item<double>()) << name;  // 3 %
    }
  }
}

// Every operator of the table is compared with another runtime, but for those that none runs any more.
TEST(GraphsGolden, CoverTheTable) {
  const std::set<std::string_view> alone = {"Scatter"};  // ScatterElements' older name
  std::set<std::string> covered;
  for (const auto& name : names_of_cases())
    for (const auto& node : graph_of(name).nodes) covered.insert(node.op);
  for (const auto& table : graph::operator_tables(Graph::Dialect::onnx))
    for (const auto& entry : table) EXPECT_TRUE(covered.count(std::string(entry.name)) || alone.count(entry.name)) << entry.name;
}

}  // namespace
}  // namespace inkstone
