#include "weights/raw_manifest.hpp"

#include <cstring>
#include <set>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/files.hpp"
#include "inkstone/error.hpp"
#include "weights/manifest.hpp"

namespace inkstone {
namespace {

at::Tensor read_variable(const std::filesystem::path& path, const Shape& shape, const std::string& name) {
  const MappedFile file(path);
  require_size(shape, at::kFloat, file.bytes().size(), name);
  at::Tensor tensor = at::empty(shape, at::kFloat);
  if (!file.bytes().empty()) std::memcpy(tensor.data_ptr(), file.bytes().data(), file.bytes().size());
  return tensor;
}

}  // namespace

StateDict read_raw_manifest(const std::filesystem::path& manifest_json) {
  const nlohmann::json manifest = read_manifest(manifest_json);
  if (!manifest.is_object() || manifest.empty())
    throw Error(ErrorCategory::corrupt_file, fmt::format("{} names no variables; get the file again", manifest_json.string()));
  StateDict result;
  std::set<std::string> used;
  for (const auto& [name, variable] : manifest.items()) {
    const std::string file = manifest_string(variable, "filename", manifest_json);
    if (!used.insert(file).second)
      throw Error(ErrorCategory::corrupt_file,
                  fmt::format("{} gives the file '{}' to two variables", manifest_json.string(), file));
    result.tensors[name] = read_variable(file_beside(manifest_json, file), manifest_shape(variable, name), name);
  }
  return result;
}

}  // namespace inkstone
