#include "weights/onnx_graph.hpp"

#include <gtest/gtest.h>

#include <ATen/ATen.h>

#include "unit/weights/hostile.hpp"
#include "unit/weights/protobuf_fields.hpp"

namespace inkstone {
namespace {

std::string onnx_node(const std::string& op, const std::vector<std::string>& inputs, const std::vector<std::string>& outputs,
                      const std::string& rest = "") {
  std::string text;
  for (const auto& input : inputs) text += bytes_field(1, input);
  for (const auto& output : outputs) text += bytes_field(2, output);
  return bytes_field(1, text + bytes_field(4, op) + rest);
}

std::string onnx_port(unsigned field, const std::string& name, const std::string& shape = "") {
  return bytes_field(field, bytes_field(1, name) + bytes_field(2, bytes_field(1, number_field(1, 1) + bytes_field(2, shape))));
}

std::string onnx_side(std::uint64_t size) {
  return bytes_field(1, number_field(1, size));
}

const std::string kPorts =
    onnx_port(11, "x", onnx_side(1) + onnx_side(3) + bytes_field(1, bytes_field(2, "height"))) + onnx_port(12, "y");

std::string onnx_model(const std::string& nodes, const std::string& ports = kPorts) {
  return bytes_field(7, nodes + ports) + bytes_field(8, number_field(2, 13));
}

Graph read_nodes(const std::string& nodes) {
  return read_onnx_graph(as_bytes(onnx_model(nodes)));
}

std::optional<ErrorCategory> refusal_of_nodes(const std::string& nodes) {
  return category_of([&] { read_nodes(nodes); });
}

std::string attribute(const std::string& name, std::uint64_t type, const std::string& value) {
  return bytes_field(5, bytes_field(1, name) + value + number_field(20, type));
}

TEST(OnnxGraph, ReadsNodesAndPorts) {
  const Graph graph = read_nodes(onnx_node("Relu", {"x"}, {"y"}, bytes_field(3, "first")));
  ASSERT_EQ(graph.nodes.size(), 1u);
  EXPECT_EQ(graph.nodes[0].op, "Relu");
  EXPECT_EQ(graph.nodes[0].name, "first");
  EXPECT_EQ(graph.opset, 13);
  EXPECT_EQ(graph.inputs[0].shape, (Shape{1, 3, -1}));
  EXPECT_EQ(graph.outputs[0].name, "y");
}

TEST(OnnxGraph, ReadsAttributesOfEveryType) {
  const std::string tensor = number_field(1, 1) + number_field(2, 1) + bytes_field(9, raw_bytes({2.5f}));
  const Graph graph = read_nodes(
      onnx_node("A", {"x"}, {"y"},
                attribute("i", 2, number_field(3, 7)) + attribute("s", 3, bytes_field(4, "text")) +
                    attribute("t", 4, bytes_field(5, tensor)) + attribute("fs", 6, bytes_field(7, raw_bytes({1.f, 2.f}))) +
                    attribute("is", 7, bytes_field(8, varint(3) + varint(4))) + attribute("none", 7, "")));
  const auto& attributes = graph.nodes[0].attributes;
  EXPECT_EQ(std::get<std::int64_t>(attributes.at("i")), 7);
  EXPECT_EQ(std::get<std::string>(attributes.at("s")), "text");
  EXPECT_EQ(std::get<at::Tensor>(attributes.at("t")).item<float>(), 2.5F);
  EXPECT_EQ(std::get<std::vector<double>>(attributes.at("fs")), (std::vector<double>{1, 2}));
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(attributes.at("is")), (std::vector<std::int64_t>{3, 4}));
  EXPECT_TRUE(std::get<std::vector<std::int64_t>>(attributes.at("none")).empty());
}

TEST(OnnxGraph, PutsNodesInOrder) {
  const Graph graph = read_nodes(onnx_node("B", {"a"}, {"y"}) + onnx_node("A", {"x", ""}, {"a"}));
  EXPECT_EQ(graph.nodes[0].op, "A");
  EXPECT_EQ(graph.nodes[1].op, "B");
}

TEST(OnnxGraph, NamesOperatorsOfOtherDomains) {
  EXPECT_EQ(read_nodes(onnx_node("Fused", {"x"}, {"y"}, bytes_field(7, "com.example"))).nodes[0].op, "com.example.Fused");
  EXPECT_EQ(read_nodes(onnx_node("Relu", {"x"}, {"y"}, bytes_field(7, "ai.onnx"))).nodes[0].op, "Relu");
}

TEST(OnnxGraph, RefusesGraphsThatContradictThemselves) {
  EXPECT_EQ(refusal_of_nodes(onnx_node("A", {"missing"}, {"y"})), ErrorCategory::corrupt_file);
  EXPECT_EQ(refusal_of_nodes(onnx_node("A", {"x"}, {"y"}) + onnx_node("B", {"x"}, {"y"})), ErrorCategory::corrupt_file);
  EXPECT_EQ(refusal_of_nodes(onnx_node("A", {"b"}, {"a"}) + onnx_node("B", {"a"}, {"b"}) + onnx_node("C", {"a"}, {"y"})),
            ErrorCategory::corrupt_file);
  EXPECT_EQ(refusal_of_nodes(onnx_node("A", {"x"}, {"z"})), ErrorCategory::corrupt_file);  // nothing makes the output
  EXPECT_EQ(refusal_of_nodes(onnx_node("", {"x"}, {"y"})), ErrorCategory::corrupt_file);
  const std::string twice = attribute("i", 2, number_field(3, 7));
  EXPECT_EQ(refusal_of_nodes(onnx_node("A", {"x"}, {"y"}, twice + twice)), ErrorCategory::corrupt_file);
}

TEST(OnnxGraph, NamesWhereAGraphIsInAGraph) {
  try {
    read_nodes(onnx_node("If", {"x"}, {"y"}, bytes_field(3, "choice") + attribute("then_branch", 5, bytes_field(6, ""))));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::unsupported);
    EXPECT_NE(std::string(error.what()).find("choice"), std::string::npos);
  }
}

TEST(OnnxGraph, RefusesEveryPrefixOfAModel) {
  const std::string whole = onnx_model(onnx_node("A", {"x"}, {"y"}, attribute("i", 2, number_field(3, 7))));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(category_of([&] { read_onnx_graph(as_bytes(std::string_view(whole).substr(0, size))); }),
              ErrorCategory::corrupt_file)
        << size;
}

}  // namespace
}  // namespace inkstone
