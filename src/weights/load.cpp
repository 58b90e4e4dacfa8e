#include "weights/load.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "core/files.hpp"
#include "inkstone/error.hpp"
#include "weights/caffemodel.hpp"
#include "weights/keras_h5.hpp"
#include "weights/onnx.hpp"
#include "weights/pytorch.hpp"
#include "weights/raw_manifest.hpp"
#include "weights/safetensors.hpp"
#include "weights/tfjs.hpp"

namespace inkstone {
namespace {

constexpr std::size_t kHeadBytes = 4096;

std::string_view head_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), std::min(bytes.size(), kHeadBytes)}; }

// Eight bytes of length, then a JSON object.
bool is_safetensors(std::string_view head) { return head.size() > 9 && head[8] == '{' && head[0] != '{'; }

bool is_pickle(std::string_view head) { return head.size() > 2 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5; }

bool is_json(std::string_view head) {
  const auto first = head.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (head[first] == '{' || head[first] == '[');
}

StateDict read_json(const std::filesystem::path& path) {
  return read_file(path).find("\"weightsManifest\"") != std::string::npos || path.filename() == "weights_manifest.json" ? read_tfjs(path)
                                                                                                                        : read_raw_manifest(path);
}

// Both are protocol buffers without a signature: an ONNX model opens with its IR version (field 1, varint), a network of
// Caffe with its name (field 1, text) or its layers.
StateDict read_protobuf(const std::filesystem::path& path, std::string_view head) {
  return head.starts_with('\x08') ? read_onnx(path) : read_caffemodel(path);
}

StateDict read_folder(const std::filesystem::path& folder) {
  for (const char* name : {"model.json", "manifest.json", "weights_manifest.json"})
    if (std::filesystem::exists(folder / name)) return read_json(folder / name);
  throw Error(ErrorCategory::not_found, fmt::format("{} holds neither model.json nor manifest.json; name the weight file itself", folder.string()));
}

}  // namespace

StateDict load_weights(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) return read_folder(path);
  const MappedFile file(path);
  const std::string_view head = head_of(file.bytes());
  if (head.starts_with("\x89HDF\r\n\x1a\n")) return read_keras_h5(path);
  if (head.starts_with("PK") || is_pickle(head)) return read_pytorch(path);
  if (is_safetensors(head)) return read_safetensors(path);
  if (is_json(head)) return read_json(path);
  if (head.empty() || head.starts_with("GGUF") || head.starts_with("<"))
    throw Error(ErrorCategory::unsupported, fmt::format("{} is in no weight format known here; safetensors and PyTorch files are", path.string()));
  return read_protobuf(path, head);
}

}  // namespace inkstone
