#include "weights/caffemodel.hpp"

#include <cstring>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "weights/extent.hpp"
#include "weights/named_file.hpp"
#include "weights/protobuf_wire.hpp"

namespace inkstone {
namespace {

// Field numbers of a layer message, which differ between its two versions.
struct LayerFields {
  std::uint32_t name, blobs;
};
constexpr std::uint32_t kLayersV1 = 2, kLayerV2 = 100;
constexpr LayerFields kFieldsV1{.name = 4, .blobs = 6}, kFieldsV2{.name = 1, .blobs = 7};

[[noreturn]] void corrupt_caffemodel(const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("{}; get the .caffemodel again", what));
}

// BlobProto, its numbers still in the file: packed in one run, or one by one.
struct Blob {
  Shape shape;
  bool has_shape = false;
  std::int64_t legacy[4] = {0, 0, 0, 0};
  std::vector<Bytes> floats, doubles;
  std::vector<float> single_floats;
};

Shape parse_shape(Bytes message) {
  Shape shape;
  for (ProtoReader reader(message); const auto field = reader.next();)
    if (field->number == 1) field->append_to(shape, kMaxRank);
  return shape;
}

void append_floats(const ProtoField& field, Blob& blob) {
  if (field.type == ProtoField::Type::bytes) return blob.floats.push_back(field.bytes);
  if (field.type != ProtoField::Type::fixed32) corrupt_caffemodel("a blob's numbers are not float32");
  const auto bits = static_cast<std::uint32_t>(field.value);
  float value;
  std::memcpy(&value, &bits, sizeof value);
  blob.single_floats.push_back(value);
}

Blob parse_blob(Bytes message) {
  Blob blob;
  for (ProtoReader reader(message); const auto field = reader.next();) {
    if (field->number >= 1 && field->number <= 4) blob.legacy[field->number - 1] = static_cast<std::int64_t>(field->integer());
    if (field->number == 5) append_floats(*field, blob);
    if (field->number == 8) blob.doubles.push_back(field->message());
    if (field->number == 7) blob.has_shape = true, blob.shape = parse_shape(field->message());
  }
  if (!blob.has_shape) blob.shape.assign(blob.legacy, blob.legacy + 4);
  return blob;
}

at::Tensor joined(const std::vector<Bytes>& runs, at::ScalarType dtype, const Shape& shape, const std::string& name) {
  std::uint64_t size = 0;
  for (const auto run : runs) size += run.size();
  require_size(shape, dtype, size, name);
  at::Tensor tensor = at::empty(shape, dtype);
  auto* out = static_cast<std::byte*>(tensor.data_ptr());
  for (const auto run : runs) {
    if (!run.empty()) std::memcpy(out, run.data(), run.size());
    out += run.size();
  }
  return tensor;
}

at::Tensor to_tensor(const Blob& blob, const std::string& name) {
  if (!blob.doubles.empty()) return joined(blob.doubles, at::kDouble, blob.shape, name);
  if (blob.single_floats.empty()) return joined(blob.floats, at::kFloat, blob.shape, name);
  if (!blob.floats.empty()) corrupt_caffemodel(fmt::format("'{}' mixes packed and single numbers", name));
  return joined({std::as_bytes(std::span(blob.single_floats))}, at::kFloat, blob.shape, name);
}

void read_layer(Bytes message, const LayerFields& fields, StateDict& into) {
  std::string name;
  std::vector<Bytes> blobs;
  for (ProtoReader reader(message); const auto field = reader.next();) {
    if (field->number == fields.name) name = field->text();
    if (field->number == fields.blobs) blobs.push_back(field->message());
  }
  for (std::size_t i = 0; i < blobs.size(); ++i) {
    const std::string tensor = fmt::format("{}.{}", name, i);
    if (!into.tensors.emplace(tensor, to_tensor(parse_blob(blobs[i]), tensor)).second)
      corrupt_caffemodel(fmt::format("two layers are named '{}'", name));
  }
}

}  // namespace

StateDict read_caffemodel(Bytes file) {
  StateDict result;
  for (ProtoReader reader(file); const auto field = reader.next();) {
    if (field->number == 1 && field->type == ProtoField::Type::bytes) result.metadata["name"] = field->text();
    if (field->number == kLayerV2) read_layer(field->message(), kFieldsV2, result);
    if (field->number == kLayersV1) read_layer(field->message(), kFieldsV1, result);
  }
  if (result.tensors.empty()) corrupt_caffemodel("no layer of the network has weights");
  return result;
}

StateDict read_caffemodel(const std::filesystem::path& path) {
  const MappedFile file(path);
  return naming_file(path, [&] { return read_caffemodel(file.bytes()); });
}

}  // namespace inkstone
