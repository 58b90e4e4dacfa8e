#include "weights/onnx.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "weights/named_file.hpp"
#include "weights/onnx_tensor.hpp"
#include "weights/protobuf_wire.hpp"

namespace inkstone {
namespace {

[[noreturn]] void corrupt_onnx(const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("{}; get the .onnx file again", what));
}

void read_initializer(Bytes message, OnnxExternalData& external, StateDict& into) {
  auto [name, tensor] = read_onnx_tensor(message, external);
  if (name.empty()) corrupt_onnx("a tensor of the ONNX model has no name");
  if (!into.tensors.emplace(name, std::move(tensor)).second)
    corrupt_onnx(fmt::format("the ONNX model names the tensor '{}' twice", name));
}

void read_graph(Bytes message, OnnxExternalData& external, StateDict& into) {
  for (ProtoReader reader(message); const auto field = reader.next();) {
    if (field->number == 5) read_initializer(field->message(), external, into);
    if (field->number == 15)
      throw Error(ErrorCategory::unsupported, "the ONNX model has sparse tensors; export it with dense ones");
  }
}

void read_property(Bytes message, StateDict& into) {
  std::string key, value;
  for (ProtoReader reader(message); const auto field = reader.next();) {
    if (field->number == 1) key = field->text();
    if (field->number == 2) value = field->text();
  }
  into.metadata[key] = value;
}

StateDict read_model(Bytes file, OnnxExternalData external) {
  StateDict result;
  bool graph = false, opset = false;
  for (ProtoReader reader(file); const auto field = reader.next();) {
    if (field->number == 2) result.metadata["producer"] = field->text();
    if (field->number == 7) graph = true, read_graph(field->message(), external, result);
    if (field->number == 8) opset = true;
    if (field->number == 14) read_property(field->message(), result);
  }
  // opset_import is mandatory and follows the graph: a file cut between the two is seen here
  if (!graph || !opset) corrupt_onnx("the file is not a whole ONNX model");
  return result;
}

}  // namespace

StateDict read_onnx(const std::filesystem::path& path) {
  const MappedFile file(path);
  return naming_file(path, [&] { return read_model(file.bytes(), OnnxExternalData(path)); });
}

StateDict read_onnx(Bytes file) {
  return read_model(file, OnnxExternalData({}));
}

}  // namespace inkstone
