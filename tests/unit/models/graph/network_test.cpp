#include "models/graph/network.hpp"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

GraphNode graph_node(const std::string& op, std::vector<std::string> inputs, const std::string& output,
                     std::map<std::string, GraphAttribute> attributes = {}) {
  return {output + "-node", op, std::move(inputs), {output}, std::move(attributes)};
}

// x [1,3,H,W] -> y through these nodes.
Graph graph_of_nodes(std::vector<GraphNode> nodes, std::map<std::string, at::Tensor> constants = {}) {
  Graph graph;
  graph.opset = 17;
  graph.nodes = std::move(nodes);
  graph.constants = std::move(constants);
  graph.inputs = {{"x", at::kFloat, true, {1, 3, -1, -1}}};
  graph.outputs.resize(1);
  graph.outputs[0].name = "y";
  return graph;
}

std::pair<ErrorCategory, std::string> refused_by_graph(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return {error.category(), error.what()};
  }
  return {ErrorCategory::cancelled, "nothing was refused"};
}

GraphNode half_convolution(const std::string& input, const std::string& output) {
  return graph_node("Conv", {input, "w"}, output, {{"pads", std::vector<std::int64_t>{1, 1, 1, 1}}});
}

TEST(GraphNetwork, NamesEveryOperatorThatItLacksBeforeRunning) {
  const auto [category, text] = refused_by_graph([] {
    graph::Network(graph_of_nodes(
        {graph_node("Loop", {"x"}, "a"), graph_node("com.example.Magic", {"a"}, "b"), graph_node("Loop", {"b"}, "y")}));
  });
  EXPECT_EQ(category, ErrorCategory::unsupported);
  for (const char* part : {"Loop", "'a-node'", "1 more", "com.example.Magic", "'b-node'"})
    EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(GraphNetwork, RefusesOpsetsThatMeanSomethingElse) {
  for (const std::int64_t opset : {1, 6, 23}) {
    Graph graph = graph_of_nodes({graph_node("Relu", {"x"}, "y")});
    graph.opset = opset;
    EXPECT_EQ(refused_by_graph([&] { graph::Network network(graph); }).first, ErrorCategory::unsupported) << opset;
  }
}

TEST(GraphNetwork, FoldsConstantsAndFusesLayers) {
  const graph::Network network(
      graph_of_nodes({graph_node("Add", {"k", "k"}, "twice"), half_convolution("x", "a"), graph_node("Mul", {"a", "twice"}, "b"),
                      graph_node("Relu", {"b"}, "c"), graph_node("Identity", {"c"}, "y"), graph_node("Exp", {"x"}, "unused")},
                     {{"w", at::randn({3, 3, 3, 3})}, {"k", at::ones({1})}}));
  EXPECT_EQ(network.steps(), 2u);  // the convolution with all behind it, and the name of its result
}

TEST(GraphNetwork, KnowsSizesAndMemoryBeforeRunning) {
  const std::vector<std::string> values = {"x", "a", "b", "c", "d", "e", "f", "y"};
  std::vector<GraphNode> chain;
  for (std::size_t k = 1; k < values.size(); ++k) chain.push_back(graph_node("Exp", {values[k - 1]}, values[k]));
  graph::Network network(graph_of_nodes(chain));
  const auto forecast = network.forecast({{1, 3, 64, 32}});
  ASSERT_TRUE(forecast);
  EXPECT_EQ(forecast->outputs[0], (Shape{1, 3, 64, 32}));
  EXPECT_LE(forecast->bytes, 3 * 64 * 32 * 4 * 3);  // what is no longer needed is free
}

TEST(GraphNetwork, RunsPicturesOfSeveralSizes) {
  graph::Network network(
      graph_of_nodes({half_convolution("x", "a"), graph_node("Relu", {"a"}, "y")}, {{"w", at::randn({5, 3, 3, 3})}}));
  for (const std::int64_t side : {4, 9, 4})
    EXPECT_EQ(network.run({at::rand({1, 3, side, side + 1})})[0].sizes(), at::IntArrayRef({1, 5, side, side + 1}));
}

TEST(GraphNetwork, RefusesOtherInputs) {
  graph::Network network(graph_of_nodes({graph_node("Relu", {"x"}, "y")}));
  EXPECT_EQ(refused_by_graph([&] { network.run({at::rand({3, 4})}); }).first, ErrorCategory::bad_argument);
  EXPECT_EQ(refused_by_graph([&] { network.run({}); }).first, ErrorCategory::bad_argument);
}

TEST(GraphNetwork, NamesTheNodeThatCannotRun) {
  graph::Network network(graph_of_nodes({graph_node("Reshape", {"x", "s"}, "y")}, {{"s", at::tensor({1L, 7L}, at::kLong)}}));
  const auto [category, text] = refused_by_graph([&] { network.run({at::rand({1, 3, 4, 4})}); });
  EXPECT_EQ(category, ErrorCategory::unsupported);
  EXPECT_NE(text.find("y-node"), std::string::npos) << text;
}

TEST(GraphNetwork, HostileNumbersEndInErrors) {
  const auto refuses = [](std::vector<GraphNode> nodes, std::map<std::string, at::Tensor> constants) {
    return refused_by_graph([&] { graph::Network(graph_of_nodes(nodes, constants)).run({at::rand({1, 3, 4, 4})}); }).first;
  };
  const auto whole = [](std::vector<std::int64_t> values) { return at::tensor(values, at::kLong); };
  EXPECT_EQ(refuses({graph_node("ConstantOfShape", {"s"}, "y")}, {{"s", whole({1L << 40, 1L << 30})}}),
            ErrorCategory::unsupported);
  EXPECT_EQ(refuses({graph_node("Tile", {"x", "s"}, "y")}, {{"s", whole({1, 1, 1L << 40, 1L << 40})}}),
            ErrorCategory::unsupported);
  EXPECT_EQ(refuses({graph_node("Range", {"a", "b", "c"}, "y")},
                    {{"a", whole({0})[0]}, {"b", whole({INT64_MAX})[0]}, {"c", whole({1})[0]}}),
            ErrorCategory::unsupported);
  EXPECT_EQ(refuses({graph_node("Pad", {"x", "p"}, "y", {{"mode", std::string("edge")}})},
                    {{"p", whole({0, 0, 1L << 50, 0, 0, 0, 0, 0})}}),
            ErrorCategory::corrupt_file);
  EXPECT_EQ(refuses({graph_node("Gather", {"x", "i"}, "y")}, {{"i", whole({5})}}), ErrorCategory::unsupported);
  EXPECT_EQ(refuses({graph_node("Conv", {"x", "w"}, "y")}, {{"w", at::rand({3, 7, 3, 3})}}), ErrorCategory::corrupt_file);
}

// The least whole number over -1 has no answer; on x86 the attempt ends the program.
TEST(GraphNetwork, DividesWholeNumbersWithoutTraps) {
  const std::map<std::string, at::Tensor> constants = {{"a", at::tensor({INT64_MIN, 7L}, at::kLong)},
                                                       {"b", at::tensor({-1L, -1L}, at::kLong)}};
  for (const char* op : {"Div", "Mod"})
    EXPECT_EQ(
        graph::Network(graph_of_nodes({graph_node(op, {"a", "b"}, "y")}, constants)).run({at::rand({1, 3, 4, 4})})[0].numel(), 2);
  const std::map<std::string, at::Tensor> by_zero = {{"a", at::tensor({7L}, at::kLong)}, {"b", at::tensor({0L}, at::kLong)}};
  EXPECT_EQ(refused_by_graph([&] {
              graph::Network(graph_of_nodes({graph_node("Div", {"a", "b"}, "y")}, by_zero)).run({at::rand({1, 3, 4, 4})});
            }).first,
            ErrorCategory::unsupported);
}

TEST(GraphNetwork, PicturesTooSmallAreSaidSo) {
  graph::Network network(graph_of_nodes({graph_node("Conv", {"x", "w"}, "y")}, {{"w", at::rand({3, 3, 9, 9})}}));
  EXPECT_EQ(refused_by_graph([&] { network.run({at::rand({1, 3, 4, 4})}); }).first, ErrorCategory::bad_argument);
}

}  // namespace
}  // namespace inkstone
