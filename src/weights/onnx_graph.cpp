#include "weights/onnx_graph.hpp"

#include <cstring>

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "weights/named_file.hpp"
#include "weights/onnx_tensor.hpp"
#include "weights/protobuf_wire.hpp"

namespace inkstone {
namespace {

[[noreturn]] void corrupt_onnx_graph(const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("{}; get the .onnx file again", what));
}

constexpr std::size_t kMostValues = std::size_t(1) << 20;  // of one list of a node

float float_of(std::uint64_t bits) {
  const auto narrow = static_cast<std::uint32_t>(bits);
  float value;
  std::memcpy(&value, &narrow, sizeof value);
  return value;
}

void append_floats(const ProtoField& field, std::vector<double>& into) {
  if (field.type == ProtoField::Type::fixed32) return into.push_back(float_of(field.value));
  const Bytes packed = field.message();
  if (packed.size() % sizeof(float) != 0) corrupt_onnx_graph("a list of numbers of the ONNX model is cut off");
  for (std::size_t i = 0; i < packed.size(); i += sizeof(float)) {
    float value;
    std::memcpy(&value, packed.data() + i, sizeof value);
    into.push_back(value);
  }
}

// AttributeProto; older writers leave its type out.
struct AttributeMessage {
  std::string name, text;
  std::uint64_t type = 0;
  std::int64_t integer = 0;
  double number = 0;
  std::vector<std::int64_t> integers;
  std::vector<double> numbers;
  std::vector<std::string> texts;
  at::Tensor tensor;
  std::uint64_t seen = 0;  // the type that the last field with a value has
};

void read_attribute_field(const ProtoField& field, OnnxExternalData& external, AttributeMessage& into) {
  switch (field.number) {
    case 1:
      into.name = field.text();
      return;
    case 20:
      into.type = field.integer();
      return;
    case 2:
      into.number = float_of(field.value), into.seen = 1;
      return;
    case 3:
      into.integer = static_cast<std::int64_t>(field.integer()), into.seen = 2;
      return;
    case 4:
      into.text = field.text(), into.seen = 3;
      return;
    case 5:
      into.tensor = read_onnx_tensor(field.message(), external).tensor, into.seen = 4;
      return;
    case 7:
      append_floats(field, into.numbers), into.seen = 6;
      return;
    case 8:
      field.append_to(into.integers, kMostValues), into.seen = 7;
      return;
    case 9:
      into.texts.push_back(field.text()), into.seen = 8;
      return;
    case 6:
    case 10:
    case 11:
    case 22:
      into.seen = 100 + field.number;
  }
}

GraphAttribute attribute_value(const AttributeMessage& message, const GraphNode& node) {
  switch (message.type != 0 ? message.type : message.seen) {
    case 1:
      return message.number;
    case 2:
      return message.integer;
    case 3:
      return message.text;
    case 4:
      if (!message.tensor.defined()) corrupt_onnx_graph(fmt::format("node '{}' has a tensor without numbers", node.name));
      return message.tensor;
    case 6:
      return message.numbers;
    case 7:
      return message.integers;
    case 8:
      return message.texts;
  }
  throw Error(
      ErrorCategory::unsupported,
      fmt::format("the ONNX operator {} (node '{}') holds '{}' as a graph or a sparse tensor, which is not run here; export the "
                  "model without control flow",
                  node.op, node.name, message.name));
}

void read_attribute(Bytes bytes, OnnxExternalData& external, GraphNode& into) {
  AttributeMessage message;
  for (ProtoReader reader(bytes); const auto field = reader.next();) read_attribute_field(*field, external, message);
  if (!into.attributes.emplace(message.name, attribute_value(message, into)).second)
    corrupt_onnx_graph(fmt::format("node '{}' of the ONNX model has the attribute '{}' twice", into.name, message.name));
}

GraphNode read_node(Bytes bytes, OnnxExternalData& external) {
  GraphNode node;
  std::string domain;
  std::vector<Bytes> attributes;
  for (ProtoReader reader(bytes); const auto field = reader.next();) {
    if (field->number == 1) node.inputs.push_back(field->text());
    if (field->number == 2) node.outputs.push_back(field->text());
    if (field->number == 3) node.name = field->text();
    if (field->number == 4) node.op = field->text();
    if (field->number == 5) attributes.push_back(field->message());
    if (field->number == 7) domain = field->text();
  }
  if (node.op.empty()) corrupt_onnx_graph(fmt::format("node '{}' of the ONNX model names no operator", node.name));
  if (!domain.empty() && domain != "ai.onnx") node.op = domain + "." + node.op;
  if (node.name.empty() && !node.outputs.empty()) node.name = node.outputs.front();
  for (const auto attribute : attributes) read_attribute(attribute, external, node);
  return node;
}

at::ScalarType port_dtype(std::uint64_t type, const std::string& name) {
  constexpr at::ScalarType kUnknown = at::ScalarType::Undefined;
  constexpr at::ScalarType kTypes[] = {kUnknown, at::kFloat, at::kByte, at::kChar, kUnknown,     at::kShort,
                                       at::kInt, at::kLong,  kUnknown,  at::kBool, at::kHalf,    at::kDouble,
                                       kUnknown, kUnknown,   kUnknown,  kUnknown,  at::kBFloat16};
  const at::ScalarType dtype = type < std::size(kTypes) ? kTypes[type] : kUnknown;
  if (dtype != kUnknown) return dtype;
  throw Error(ErrorCategory::unsupported,
              fmt::format("'{}' of the ONNX model has element type {}, which is not run here", name, type));
}

std::int64_t read_side(Bytes dimension) {
  std::int64_t side = -1;
  for (ProtoReader reader(dimension); const auto field = reader.next();)
    if (field->number == 1) side = static_cast<std::int64_t>(field->integer());
  return side > 0 ? side : -1;  // 0 and negative numbers stand for any size, too
}

void read_shape(Bytes bytes, GraphPort& into) {
  into.has_shape = true;
  for (ProtoReader reader(bytes); const auto field = reader.next();) {
    if (field->number != 1) continue;
    if (into.shape.size() == kMaxRank) corrupt_onnx_graph("a shape of the ONNX model has too many sides");
    into.shape.push_back(read_side(field->message()));
  }
}

GraphPort read_port(Bytes bytes) {
  GraphPort port;
  std::uint64_t type = 1;
  Bytes tensor_type;
  for (ProtoReader reader(bytes); const auto field = reader.next();) {
    if (field->number == 1) port.name = field->text();
    if (field->number != 2) continue;
    for (ProtoReader inner(field->message()); const auto kind = inner.next();)
      if (kind->number == 1) tensor_type = kind->message();
  }
  for (ProtoReader reader(tensor_type); const auto field = reader.next();) {
    if (field->number == 1) type = field->integer();
    if (field->number == 2) read_shape(field->message(), port);
  }
  port.dtype = port_dtype(type, port.name);
  return port;
}

void read_graph_field(const ProtoField& field, OnnxExternalData& external, Graph& into) {
  if (field.number == 1) into.nodes.push_back(read_node(field.message(), external));
  if (field.number == 5) {
    auto [name, tensor] = read_onnx_tensor(field.message(), external);
    if (!into.constants.emplace(name, std::move(tensor)).second)
      corrupt_onnx_graph(fmt::format("the ONNX model names the tensor '{}' twice", name));
  }
  if (field.number == 11) into.inputs.push_back(read_port(field.message()));
  if (field.number == 12) into.outputs.push_back(read_port(field.message()));
  if (field.number == 15) throw Error(ErrorCategory::unsupported, "the ONNX model has sparse tensors; export it with dense ones");
}

// Sets the opset where the message names ONNX's own operators.
void read_opset(Bytes bytes, Graph& into) {
  std::string domain;
  std::int64_t version = 0;
  for (ProtoReader reader(bytes); const auto field = reader.next();) {
    if (field->number == 1) domain = field->text();
    if (field->number == 2) version = static_cast<std::int64_t>(field->integer());
  }
  if (domain.empty() || domain == "ai.onnx") into.opset = version;
}

void read_metadata(Bytes bytes, Graph& into) {
  std::string key, value;
  for (ProtoReader reader(bytes); const auto field = reader.next();) {
    if (field->number == 1) key = field->text();
    if (field->number == 2) value = field->text();
  }
  into.metadata[key] = value;
}

Graph read_whole(Bytes file, OnnxExternalData external) {
  Graph graph;
  bool found = false;
  for (ProtoReader reader(file); const auto field = reader.next();) {
    if (field->number == 2) graph.metadata["producer"] = field->text();
    if (field->number == 8) read_opset(field->message(), graph);
    if (field->number == 14) read_metadata(field->message(), graph);
    if (field->number != 7) continue;
    found = true;
    for (ProtoReader inner(field->message()); const auto part = inner.next();) read_graph_field(*part, external, graph);
  }
  if (!found || graph.opset <= 0) corrupt_onnx_graph("the file is not a whole ONNX model");
  std::erase_if(graph.inputs,
                [&](const GraphPort& port) { return graph.constants.count(port.name) != 0; });  // up to IR version 3
  sort_nodes(graph);
  return graph;
}

}  // namespace

Graph read_onnx_graph(const std::filesystem::path& path) {
  const MappedFile file(path);
  return naming_file(path, [&] { return read_whole(file.bytes(), OnnxExternalData(path)); });
}

Graph read_onnx_graph(Bytes file) {
  return read_whole(file, OnnxExternalData({}));
}

}  // namespace inkstone
