#include "weights/tfjs_graph.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "core/files.hpp"
#include "inkstone/error.hpp"
#include "weights/manifest.hpp"
#include "weights/tfjs.hpp"

namespace inkstone {
namespace {

using nlohmann::json;

[[noreturn]] void corrupt_tfjs_graph(const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("the TensorFlow.js graph {}; get the files again", what));
}

// JSON of protocol buffers writes 64-bit integers as texts.
std::int64_t integer_of(const json& value) {
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  if (value.is_number_integer()) return value.get<std::int64_t>();
  std::int64_t number = 0;
  if (!value.is_string()) corrupt_tfjs_graph("has something else where a whole number must be");
  const auto& text = value.get_ref<const std::string&>();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    corrupt_tfjs_graph(fmt::format("has '{}' where a whole number must be", text));
  return number;
}

double number_of(const json& value) {
  if (!value.is_number()) corrupt_tfjs_graph("has something else where a number must be");
  return value.get<double>();
}

std::string from_base64(const std::string& text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    const auto digit = kDigits.find(c);
    if (digit == std::string_view::npos) corrupt_tfjs_graph("has a text that is not base64");
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count >= 8) count -= 8, bytes += static_cast<char>(bits >> count & 0xFF);
  }
  return bytes;
}

std::string text_of(const json& value) {
  if (value.is_string()) return from_base64(value.get<std::string>());
  std::string bytes;  // older converters write the codes
  if (!value.is_array()) corrupt_tfjs_graph("has something else where a text must be");
  for (const auto& code : value) bytes += static_cast<char>(integer_of(code));
  return bytes;
}

// DataType of tensorflow/core/framework/types.proto, by number or by name.
std::int64_t data_type_of(const json& value) {
  constexpr std::array<const char*, 11> kNames = {"DT_INVALID", "DT_FLOAT",  "DT_DOUBLE",    "DT_INT32", "DT_UINT8", "DT_INT16",
                                                  "DT_INT8",    "DT_STRING", "DT_COMPLEX64", "DT_INT64", "DT_BOOL"};
  if (value.is_number_integer()) return value.get<std::int64_t>();
  const auto found = std::find(kNames.begin(), kNames.end(), value.is_string() ? value.get<std::string>() : "");
  return found == kNames.end() ? 0 : found - kNames.begin();
}

Shape shape_of(const json& value) {
  Shape shape;
  const auto sides = value.find("dim");
  if (sides == value.end() || !sides->is_array()) return shape;
  if (sides->size() > kMaxRank) corrupt_tfjs_graph("has a shape of too many sides");
  for (const auto& side : *sides) {
    const auto size = side.is_object() ? side.find("size") : side.end();
    shape.push_back(size == side.end() ? -1 : integer_of(*size));
  }
  return shape;
}

template <class Convert>
auto list_of(const json& values, const Convert& convert) {
  std::vector<decltype(convert(values))> list;
  if (!values.is_array()) corrupt_tfjs_graph("has something else where a list must be");
  for (const auto& value : values) list.push_back(convert(value));
  return list;
}

GraphAttribute list_attribute(const json& list) {
  const auto has = [&](const char* key) { return list.contains(key) && list[key].is_array() && !list[key].empty(); };
  if (has("i")) return list_of(list["i"], integer_of);
  if (has("f")) return list_of(list["f"], number_of);
  if (has("s")) return list_of(list["s"], text_of);
  return std::vector<std::int64_t>();
}

// Absent for what nothing here needs: tensors (their numbers are among the weights), functions.
std::optional<GraphAttribute> attribute_of(const json& value) {
  if (!value.is_object()) corrupt_tfjs_graph("has an attribute that is none");
  const auto at = [&](const char* key) -> const json* {
    const auto found = value.find(key);
    return found == value.end() || found->is_null() ? nullptr : &*found;
  };
  if (const auto* shape = at("shape")) return shape_of(*shape);
  if (const auto* list = at("list")) return list_attribute(*list);
  if (const auto* type = at("type")) return data_type_of(*type);
  if (const auto* integer = at("i")) return integer_of(*integer);
  if (const auto* flag = at("b")) return integer_of(*flag);
  if (const auto* number = at("f")) return number_of(*number);
  if (const auto* text = at("s")) return text_of(*text);
  return std::nullopt;
}

// "name", "name:0" -> "name"; "name:1" as it is; "^name", which only orders: empty.
std::string value_name(const std::string& reference) {
  if (reference.starts_with('^')) return {};
  return reference.ends_with(":0") ? reference.substr(0, reference.size() - 2) : reference;
}

GraphNode node_of(const json& object) {
  GraphNode node;
  const auto text = [&](const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    if (found == object.end() || !found->is_string()) corrupt_tfjs_graph(fmt::format("has a node without \"{}\"", key));
    return found->get<std::string>();
  };
  node.name = text("name");
  node.op = text("op");
  if (const auto inputs = object.find("input"); inputs != object.end())
    for (const auto& input : *inputs) {
      if (!input.is_string()) corrupt_tfjs_graph(fmt::format("has an input of '{}' that is no name", node.name));
      if (auto name = value_name(input.get<std::string>()); !name.empty()) node.inputs.push_back(std::move(name));
    }
  if (const auto attributes = object.find("attr"); attributes != object.end() && attributes->is_object())
    for (const auto& [key, value] : attributes->items())
      if (auto attribute = attribute_of(value)) node.attributes.emplace(key, std::move(*attribute));
  return node;
}

// What a node gives shows in what others take: "name" and "name:1", "name:2"...
void name_outputs(Graph& graph, const std::set<std::string>& taken) {
  for (auto& node : graph.nodes) {
    node.outputs = {node.name};
    for (auto next = taken.lower_bound(node.name + ":"); next != taken.end() && next->starts_with(node.name + ":"); ++next) {
      std::size_t index = 0;
      const char* begin = next->data() + node.name.size() + 1;
      const auto [end, error] = std::from_chars(begin, next->data() + next->size(), index);
      if (error != std::errc() || end != next->data() + next->size() || index >= 1024)
        corrupt_tfjs_graph(fmt::format("takes '{}', which cannot be", *next));
      if (node.outputs.size() <= index) node.outputs.resize(index + 1);
      node.outputs[index] = *next;
    }
  }
}

GraphPort port_of(const GraphNode& placeholder) {
  GraphPort port{.name = placeholder.name, .shape = {}};
  const auto shape = placeholder.attributes.find("shape");
  if (shape == placeholder.attributes.end() || !std::holds_alternative<Shape>(shape->second)) return port;
  port.shape = std::get<Shape>(shape->second);
  port.has_shape = !port.shape.empty();
  return port;
}

// Constants and placeholders are values, not work.
void take_apart(const json& nodes, StateDict& weights, Graph& graph) {
  for (const auto& object : nodes) {
    GraphNode node = node_of(object);
    if (node.op == "Placeholder") graph.inputs.push_back(port_of(node));
    if (node.op == "Const") {
      const auto found = weights.tensors.find(node.name);
      if (found == weights.tensors.end()) corrupt_tfjs_graph(fmt::format("has a constant '{}' without numbers", node.name));
      if (!graph.constants.emplace(node.name, found->second).second)
        corrupt_tfjs_graph(fmt::format("has two nodes '{}'", node.name));
    }
    if (node.op != "Placeholder" && node.op != "Const" && node.op != "NoOp") graph.nodes.push_back(std::move(node));
  }
}

std::vector<std::string> output_names(const json& model, const Graph& graph, const std::set<std::string>& taken) {
  std::vector<std::string> names;
  const auto signature = model.find("signature");
  if (signature != model.end() && signature->is_object() && signature->contains("outputs") && (*signature)["outputs"].is_object())
    for (const auto& [key, output] : (*signature)["outputs"].items())
      if (output.is_object() && output.contains("name") && output["name"].is_string())
        names.push_back(value_name(output["name"].get<std::string>()));
  if (names.empty())
    for (const auto& node : graph.nodes)
      if (taken.count(node.name) == 0) names.push_back(node.name);
  return names;
}

}  // namespace

bool is_tfjs_graph(const std::filesystem::path& model_json) {
  const json model = read_manifest(model_json);
  const auto topology = model.is_object() ? model.find("modelTopology") : model.end();
  return topology != model.end() && topology->is_object() && topology->contains("node") && (*topology)["node"].is_array();
}

Graph read_tfjs_graph(const std::filesystem::path& model_json) {
  const json model = read_manifest(model_json);
  const json& topology = manifest_member(model, "modelTopology", model_json);
  if (!topology.is_object() || !topology.contains("node") || !topology["node"].is_array())
    throw Error(ErrorCategory::unsupported,
                fmt::format("{} is a model of layers, not a graph; convert it to a tfjs_graph_model", model_json.string()));
  StateDict weights = read_tfjs(model_json);
  Graph graph;
  graph.dialect = Graph::Dialect::tensorflow;
  graph.metadata = weights.metadata;
  take_apart(topology["node"], weights, graph);
  std::set<std::string> taken;
  for (const auto& node : graph.nodes) taken.insert(node.inputs.begin(), node.inputs.end());
  const auto outputs = output_names(model, graph, taken);
  taken.insert(outputs.begin(), outputs.end());
  name_outputs(graph, taken);
  for (const auto& name : outputs) graph.outputs.push_back({.name = name, .shape = {}});
  sort_nodes(graph);
  return graph;
}

}  // namespace inkstone
