#include "weights/tfjs_graph.hpp"

#include <gtest/gtest.h>

#include <ATen/ATen.h>

#include "unit/weights/hostile.hpp"

namespace inkstone {
namespace {

// x -> Conv2D with the constant k -> Relu -> y, beside the bytes of k.
constexpr const char* kNodes = R"(
  {"name": "y", "op": "Identity", "input": ["r"]},
  {"name": "x", "op": "Placeholder", "attr": {"shape": {"shape": {"dim": [{"size": "-1"}, {"size": "8"}, {"size": 8}, {"size": "2"}]}}}},
  {"name": "k", "op": "Const", "attr": {"dtype": {"type": 1}}},
  {"name": "c", "op": "Conv2D", "input": ["x", "k"], "attr": {"strides": {"list": {"i": ["1", "2", "2", "1"]}}, "padding": {"s": "U0FNRQ=="},
    "alpha": {"f": 0.5}, "flag": {"b": true}, "T": {"type": "DT_INT32"}}},
  {"name": "r", "op": "Relu", "input": ["c:0", "^x"]})";

std::string tfjs_model(const std::string& nodes,
                       const std::string& signature = R"("signature": {"outputs": {"y": {"name": "y:0"}}},)") {
  return R"({"modelTopology": {"node": [)" + nodes + "]}, " + signature +
         R"("weightsManifest": [{"paths": ["shard"], "weights": [{"name": "k", "shape": [2, 2, 2, 2], "dtype": "float32"}]}]})";
}

Graph read_model(const std::string& text) {
  const Folder folder;
  folder.write("shard", std::string(64, '\0'));
  return read_tfjs_graph(folder.write("model.json", text));
}

std::optional<ErrorCategory> refusal_of_model(const std::string& text) {
  return category_of([&] { read_model(text); });
}

TEST(TfjsGraph, ReadsNodesInOrder) {
  const Graph graph = read_model(tfjs_model(kNodes));
  ASSERT_EQ(graph.nodes.size(), 3u);
  EXPECT_EQ(graph.nodes[0].op, "Conv2D");
  EXPECT_EQ(graph.nodes[1].inputs, std::vector<std::string>{"c"});
  EXPECT_EQ(graph.inputs[0].shape, (Shape{-1, 8, 8, 2}));
  EXPECT_EQ(graph.outputs[0].name, "y");
  EXPECT_EQ(graph.constants.at("k").sizes(), at::IntArrayRef({2, 2, 2, 2}));
}

TEST(TfjsGraph, ReadsAttributes) {
  const auto attributes = read_model(tfjs_model(kNodes)).nodes[0].attributes;
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(attributes.at("strides")), (std::vector<std::int64_t>{1, 2, 2, 1}));
  EXPECT_EQ(std::get<std::string>(attributes.at("padding")), "SAME");
  EXPECT_EQ(std::get<double>(attributes.at("alpha")), 0.5);
  EXPECT_EQ(std::get<std::int64_t>(attributes.at("flag")), 1);
  EXPECT_EQ(std::get<std::int64_t>(attributes.at("T")), 3);
}

TEST(TfjsGraph, OutputsAreWhatNothingTakesWhereNoneAreNamed) {
  EXPECT_EQ(read_model(tfjs_model(kNodes, "")).outputs[0].name, "y");
}

TEST(TfjsGraph, RefusesWhatContradictsItself) {
  EXPECT_EQ(refusal_of_model(tfjs_model(R"({"name": "y", "op": "Relu", "input": ["missing"]})")), ErrorCategory::corrupt_file);
  EXPECT_EQ(refusal_of_model(tfjs_model(R"({"name": "y", "op": "Const"})")), ErrorCategory::corrupt_file);  // without numbers
  EXPECT_EQ(refusal_of_model(tfjs_model(R"({"name": "y", "op": "A", "input": ["z"]}, {"name": "z", "op": "B", "input": ["y"]})")),
            ErrorCategory::corrupt_file);
  EXPECT_EQ(refusal_of_model(tfjs_model(R"({"name": "y"})")), ErrorCategory::corrupt_file);
  EXPECT_EQ(refusal_of_model(tfjs_model(R"({"name": "y", "op": "A", "attr": {"s": {"s": "?"}}})")), ErrorCategory::corrupt_file);
  EXPECT_EQ(refusal_of_model(tfjs_model(R"({"name": "y", "op": "A", "attr": {"i": {"i": "1x"}}})")), ErrorCategory::corrupt_file);
}

TEST(TfjsGraph, TellsGraphsFromLayers) {
  const Folder folder;
  EXPECT_TRUE(is_tfjs_graph(folder.write("model.json", tfjs_model(kNodes))));
  const auto layers = folder.write("layers.json", R"({"modelTopology": {"model_config": {}}, "weightsManifest": []})");
  EXPECT_FALSE(is_tfjs_graph(layers));
  EXPECT_EQ(category_of([&] { read_tfjs_graph(layers); }), ErrorCategory::unsupported);
}

}  // namespace
}  // namespace inkstone
