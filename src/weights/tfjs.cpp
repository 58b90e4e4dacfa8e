#include "weights/tfjs.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <set>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/files.hpp"
#include "inkstone/error.hpp"
#include "weights/manifest.hpp"

namespace inkstone {
namespace {

using nlohmann::json;

struct Quantization {
  at::ScalarType stored;  // kByte, kShort (read as unsigned) or kHalf
  double scale = 1, min = 0;
};

struct Weight {
  std::string name;
  Shape shape;
  at::ScalarType dtype = at::kFloat;
  std::optional<Quantization> quantization;

  std::uint64_t stored_bytes() const {
    return std::uint64_t(element_count(shape, name)) * c10::elementSize(quantization ? quantization->stored : dtype);
  }
};

[[noreturn]] void corrupt_tfjs(const std::filesystem::path& manifest, const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("{}: {}; get the files again", manifest.string(), what));
}

// The shards of one group, read as if they were one file.
class Shards {
 public:
  // used: the shards of earlier groups; one that comes again would let a small file fill the memory
  Shards(const std::filesystem::path& manifest, const json& paths, std::set<std::string>& used) {
    for (const auto& path : paths) {
      if (!path.is_string()) corrupt_tfjs(manifest, "a shard's path is not a text");
      const auto name = path.get<std::string>();
      if (!used.insert(name).second) corrupt_tfjs(manifest, fmt::format("the shard '{}' stands there twice", name));
      files_.emplace_back(file_beside(manifest, name));
      size_ += files_.back().bytes().size();
    }
  }

  std::uint64_t size() const { return size_; }

  // The next bytes; the caller has compared the sum of all reads with size().
  void read(void* target, std::size_t count) {
    auto* out = static_cast<std::byte*>(target);
    while (count > 0) {
      const Bytes rest = files_[file_].bytes().subspan(offset_);
      const std::size_t part = std::min(rest.size(), count);
      if (part > 0) std::memcpy(out, rest.data(), part);
      out += part;
      count -= part;
      offset_ += part;
      if (part == rest.size()) ++file_, offset_ = 0;
    }
  }

 private:
  std::vector<MappedFile> files_;
  std::uint64_t size_ = 0;
  std::size_t file_ = 0, offset_ = 0;
};

at::ScalarType dtype_named(const std::string& dtype, const std::string& tensor) {
  if (dtype == "float32") return at::kFloat;
  if (dtype == "int32") return at::kInt;
  if (dtype == "bool") return at::kBool;
  if (dtype == "uint8") return at::kByte;
  throw Error(ErrorCategory::unsupported,
              fmt::format("tensor '{}' has dtype '{}'; float32, int32, bool and uint8 can be read", tensor, dtype));
}

double finite_number(const json& object, const char* key, const std::string& tensor) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number() || !std::isfinite(found->get<double>()))
    throw Error(ErrorCategory::corrupt_file,
                fmt::format("tensor '{}' is quantised without a number \"{}\"; get the file again", tensor, key));
  return found->get<double>();
}

Quantization parse_quantization(const json& object, const std::string& tensor, const std::filesystem::path& manifest) {
  const std::string stored = manifest_string(object, "dtype", manifest);
  if (stored == "float16") return {.stored = at::kHalf};
  if (stored != "uint8" && stored != "uint16")
    throw Error(ErrorCategory::unsupported,
                fmt::format("tensor '{}' is quantised to '{}'; uint8, uint16 and float16 can be read", tensor, stored));
  return {.stored = stored == "uint8" ? at::kByte : at::kShort,
          .scale = finite_number(object, "scale", tensor),
          .min = finite_number(object, "min", tensor)};
}

Weight parse_entry(const json& object, const std::filesystem::path& manifest) {
  Weight entry;
  entry.name = manifest_string(object, "name", manifest);
  entry.dtype = dtype_named(manifest_string(object, "dtype", manifest), entry.name);
  entry.shape = manifest_shape(object, entry.name);
  if (const auto found = object.find("quantization"); found != object.end())
    entry.quantization = parse_quantization(*found, entry.name, manifest);
  if (entry.quantization && entry.dtype != at::kFloat && entry.dtype != at::kInt)
    throw Error(ErrorCategory::corrupt_file, fmt::format("tensor '{}' is quantised but neither float32 nor int32", entry.name));
  return entry;
}

at::Tensor expand(const at::Tensor& stored, const Weight& entry) {
  const auto& [code, scale, min] = *entry.quantization;
  if (code == at::kHalf) return stored.to(entry.dtype);
  // kShort carries uint16: the mask undoes the sign
  const at::Tensor levels = code == at::kByte ? stored.to(at::kInt) : stored.to(at::kInt).bitwise_and(0xFFFF);
  const at::Tensor values = levels.to(at::kDouble).mul_(scale).add_(min);  // rounded once, as JavaScript does it
  if (entry.dtype == at::kFloat) return values.to(at::kFloat);
  return values.add_(0.5).floor_().clamp_(std::numeric_limits<int>::min(), std::numeric_limits<int>::max()).to(at::kInt);
}

at::Tensor read_entry(Shards& shards, const Weight& entry) {
  const auto stored = entry.quantization ? entry.quantization->stored : entry.dtype;
  at::Tensor tensor = at::empty(entry.shape, at::dtype(stored == at::kBool ? at::kByte : stored));
  shards.read(tensor.data_ptr(), tensor.nbytes());
  if (stored == at::kBool) return tensor.ne(0);  // any byte may stand in the file, two only in a bool
  return entry.quantization ? expand(tensor, entry) : tensor;
}

std::vector<Weight> parse_entries(const json& group, const std::filesystem::path& manifest) {
  std::vector<Weight> entries;
  for (const auto& object : manifest_member(group, "weights", manifest)) entries.push_back(parse_entry(object, manifest));
  return entries;
}

void require_total(const std::vector<Weight>& entries, const Shards& shards, const std::filesystem::path& manifest) {
  std::uint64_t left = shards.size();
  for (const auto& entry : entries) {
    if (entry.stored_bytes() > left) corrupt_tfjs(manifest, fmt::format("the shards end before tensor '{}' does", entry.name));
    left -= entry.stored_bytes();
  }
  if (left != 0) corrupt_tfjs(manifest, fmt::format("{} bytes of the shards belong to no tensor", left));
}

void read_group(const json& group, const std::filesystem::path& manifest, std::set<std::string>& used, StateDict& into) {
  const std::vector<Weight> entries = parse_entries(group, manifest);
  Shards shards(manifest, manifest_member(group, "paths", manifest), used);
  require_total(entries, shards, manifest);
  for (const auto& entry : entries)
    if (!into.tensors.emplace(entry.name, read_entry(shards, entry)).second)
      corrupt_tfjs(manifest, fmt::format("tensor '{}' stands there twice", entry.name));
}

// Deep networks are published cut after a layer, the manifest whole: such a group has none of its shards.
bool is_left_out(const json& group, const std::filesystem::path& manifest) {
  const json& paths = manifest_member(group, "paths", manifest);
  return !paths.empty() && std::none_of(paths.begin(), paths.end(), [&](const json& path) {
    std::error_code unreadable;
    return !path.is_string() || std::filesystem::exists(file_beside(manifest, path.get<std::string>()), unreadable);
  });
}

void copy_texts(const json& model, StateDict& into) {
  for (const char* key : {"format", "generatedBy", "convertedBy"})
    if (const auto found = model.find(key); found != model.end() && found->is_string())
      into.metadata[key] = found->get<std::string>();
}

}  // namespace

StateDict read_tfjs(const std::filesystem::path& model_json) {
  const json model = read_manifest(model_json);
  const json& groups = model.is_array() ? model : manifest_member(model, "weightsManifest", model_json);
  if (!groups.is_array()) corrupt_tfjs(model_json, "\"weightsManifest\" is not a list");
  StateDict result;
  if (model.is_object()) copy_texts(model, result);
  std::set<std::string> used;
  std::size_t left_out = 0;
  for (const auto& group : groups) {
    if (is_left_out(group, model_json))
      ++left_out;
    else
      read_group(group, model_json, used, result);
  }
  if (left_out > 0 && result.tensors.empty())
    throw Error(ErrorCategory::not_found,
                fmt::format("none of the shards that {} names is beside it; get them too", model_json.string()));
  if (left_out > 0) result.metadata["groups_left_out"] = std::to_string(left_out);
  return result;
}

}  // namespace inkstone
