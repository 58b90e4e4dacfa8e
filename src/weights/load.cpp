#include "weights/load.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "core/files.hpp"
#include "inkstone/error.hpp"
#include "weights/caffemodel.hpp"
#include "weights/gguf.hpp"
#include "weights/keras_h5.hpp"
#include "weights/onnx.hpp"
#include "weights/pytorch.hpp"
#include "weights/raw_manifest.hpp"
#include "weights/safetensors.hpp"
#include "weights/sorted_table.hpp"
#include "weights/tensorflow_checkpoint.hpp"
#include "weights/tfjs.hpp"

namespace inkstone {
namespace {

constexpr std::size_t kHeadBytes = 4096;

std::string_view head_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), std::min(bytes.size(), kHeadBytes)};
}

// Eight bytes of length, then a JSON object.
bool is_safetensors(std::string_view head) {
  return head.size() > 9 && head[8] == '{' && head[0] != '{';
}

bool is_pickle(std::string_view head) {
  return head.size() > 2 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5;
}

bool is_json(std::string_view head) {
  const auto first = head.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (head[first] == '{' || head[first] == '[');
}

StateDict read_json(const std::filesystem::path& path) {
  const MappedFile file(path);
  const std::string_view text(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
  const bool tfjs = text.find("\"weightsManifest\"") != std::string_view::npos || path.filename() == "weights_manifest.json";
  return tfjs ? read_tfjs(path) : read_raw_manifest(path);
}

// Both are protocol buffers without a signature: an ONNX model opens with its IR version (field 1, varint), a network of
// Caffe with its name, layers, or inputs (fields 1 to 3, 100, all of bytes).
bool is_onnx(std::string_view head) {
  return head.starts_with('\x08');
}

bool is_caffemodel(std::string_view head) {
  return head.starts_with('\x0a') || head.starts_with('\x12') || head.starts_with('\x1a') || head.starts_with("\xa2\x06");
}

bool holds_tensorflow(const std::filesystem::path& folder) {
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator(folder, unreadable))
    if (entry.path().extension() == ".index") return true;
  return false;
}

StateDict read_folder(const std::filesystem::path& folder) {
  std::error_code unreadable;
  for (const char* name : {"model.json", "manifest.json", "weights_manifest.json"})
    if (std::filesystem::exists(folder / name, unreadable)) return read_json(folder / name);
  if (std::filesystem::exists(folder / "model.safetensors", unreadable)) return read_safetensors(folder / "model.safetensors");
  if (holds_tensorflow(folder)) return read_tensorflow_checkpoint(tensorflow_index_in(folder));
  throw Error(ErrorCategory::not_found,
              fmt::format("{} holds neither model.json, manifest.json nor model.safetensors; name the weight file itself",
                          folder.string()));
}

}  // namespace

StateDict load_weights(const std::filesystem::path& path) {
  std::error_code unreadable;  // MappedFile says it better
  if (std::filesystem::is_directory(path, unreadable)) return read_folder(path);
  const MappedFile file(path);
  const std::string_view head = head_of(file.bytes());
  if (head.starts_with("\x89HDF\r\n\x1a\n")) return read_keras_h5(path);
  if (head.starts_with("GGUF")) return read_gguf(path);
  if (is_sorted_table(file.bytes())) return read_tensorflow_checkpoint(path);
  if (head.starts_with("PK") || is_pickle(head)) return read_pytorch(path);
  if (is_safetensors(head)) return read_safetensors(path);
  if (is_json(head)) return read_json(path);
  if (is_onnx(head)) return read_onnx(path);
  if (is_caffemodel(head)) return read_caffemodel(path);
  throw Error(ErrorCategory::unsupported, fmt::format("{} is in no weight format known here; safetensors, PyTorch, GGUF, ONNX, "
                                                      "TensorFlow (.index), TensorFlow.js, Keras and Caffe files are",
                                                      path.string()));
}

}  // namespace inkstone
