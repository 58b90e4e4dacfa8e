#include <algorithm>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "inkstone/error.hpp"
#include "weights/safetensors.hpp"
#include "weights/safetensors_dtype.hpp"

namespace inkstone {
namespace {

using Named = std::pair<std::string, at::Tensor>;

constexpr std::size_t kAlignment = 8;

std::vector<Named> in_file_order(const StateDict& weights) {
  std::vector<Named> tensors(weights.tensors.begin(), weights.tensors.end());  // the map is in order of names
  std::stable_sort(tensors.begin(), tensors.end(),
                   [](const Named& a, const Named& b) { return a.second.element_size() > b.second.element_size(); });
  return tensors;
}

std::string header_of(const std::vector<Named>& tensors, const StateDict& weights) {
  nlohmann::json header = nlohmann::json::object();
  if (!weights.metadata.empty()) header["__metadata__"] = weights.metadata;
  std::uint64_t offset = 0;
  for (const auto& [name, tensor] : tensors) {
    if (name == "__metadata__")
      throw Error(ErrorCategory::unsupported, "no tensor can be named '__metadata__' in safetensors; rename it");
    const std::uint64_t end = offset + tensor.nbytes();
    header[name] = {{"dtype", safetensors_spelling(tensor.scalar_type(), name)},
                    {"shape", tensor.sizes().vec()},
                    {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + kAlignment - 1) / kAlignment * kAlignment, ' ');
  return text;
}

void write_tensor(AtomicFile& file, const at::Tensor& tensor) {
  const at::Tensor plain = tensor.detach().cpu().contiguous();
  file.write({static_cast<const std::byte*>(plain.data_ptr()), plain.nbytes()});
}

}  // namespace

void write_safetensors(const std::filesystem::path& path, const StateDict& weights) {
  const auto tensors = in_file_order(weights);
  std::string header;
  try {
    header = header_of(tensors, weights);
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorCategory::unsupported,
                "a tensor's name or the metadata is not UTF-8, which safetensors cannot hold; rename it");
  }
  AtomicFile file(path);
  const std::uint64_t length = header.size();
  file.write(std::as_bytes(std::span(&length, 1)));
  file.write(as_bytes(header));
  for (const auto& [name, tensor] : tensors) write_tensor(file, tensor);
  file.commit();
}

}  // namespace inkstone
