#include "nn/fill.hpp"

#include <algorithm>
#include <atomic>
#include <vector>

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/nearest.hpp"
#include "inkstone/error.hpp"

namespace inkstone::nn {
namespace {

[[noreturn]] void refuse_file(const FillOptions& options, const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, options.origin.empty() ? what : fmt::format("{}: {}", options.origin, what));
}

// NaN: more than the infinity's bits, the sign left out. An OR over the whole span, which the compiler vectorises.
template <class Bits>
bool any_above(const at::Tensor& tensor, Bits without_sign, Bits infinity) {
  const auto* values = static_cast<const Bits*>(tensor.data_ptr());
  std::atomic<bool> found = false;
  at::parallel_for(0, tensor.numel(), 1 << 20, [&](int64_t begin, int64_t end) {
    Bits above = 0;
    for (int64_t i = begin; i < end; ++i) above |= static_cast<Bits>((values[i] & without_sign) > infinity);
    if (above != 0) found = true;
  });
  return found;
}

at::Tensor fitting(const at::Tensor& tensor, at::IntArrayRef shape, const std::string& name, const FillOptions& options) {
  if (tensor.sizes() == shape) return tensor;
  const auto without_ones = [](at::IntArrayRef sizes) {
    return sizes.size() == 4 && sizes[2] == 1 && sizes[3] == 1 ? sizes.slice(0, 2) : sizes;
  };
  if (without_ones(tensor.sizes()) == without_ones(shape)) return tensor.reshape(shape);
  refuse_file(options, fmt::format("tensor '{}' has shape [{}], expected [{}]", name, fmt::join(tensor.sizes(), ", "),
                                   fmt::join(shape, ", ")));
}

at::Tensor prepared(const at::Tensor& tensor, const FillOptions& options) {
  if (!tensor.is_floating_point()) return tensor;
  if (tensor.dim() <= 1) return tensor.to(at::kFloat);
  return options.dtype ? tensor.to(*options.dtype) : tensor;
}

const at::Tensor& found_in(const StateDict& weights, const std::string& name, const FillOptions& options) {
  try {
    return weights.at(name);
  } catch (const Error& error) {
    refuse_file(options, error.what());
  }
}

void fill_one(const std::string& name, at::Tensor place, const StateDict& weights, const FillOptions& options) {
  const auto value = fitting(found_in(weights, name, options), place.sizes(), name, options);
  if (holds_nan(value)) refuse_file(options, fmt::format("tensor '{}' holds NaN; the model is damaged, get it again", name));
  place.set_data(prepared(value, options));
}

}  // namespace

bool holds_nan(const at::Tensor& tensor) {
  const auto plain = tensor.contiguous();
  switch (tensor.scalar_type()) {
    case at::kHalf:
      return any_above<uint16_t>(plain, 0x7fff, 0x7c00);
    case at::kBFloat16:
      return any_above<uint16_t>(plain, 0x7fff, 0x7f80);
    case at::kFloat:
      return any_above<uint32_t>(plain, 0x7fffffff, 0x7f800000);
    case at::kDouble:
      return any_above<uint64_t>(plain, 0x7fffffffffffffff, 0x7ff0000000000000);
    default:
      return false;
  }
}

void fill(torch::nn::Module& network, const StateDict& weights, const FillOptions& options) {
  const at::NoGradGuard constant;
  std::vector<std::string> names;
  for (const auto& item : network.named_parameters())
    names.push_back(item.key()), fill_one(item.key(), item.value(), weights, options);
  for (const auto& item : network.named_buffers())
    names.push_back(item.key()), fill_one(item.key(), item.value(), weights, options);
  if (!options.refuse_extra || names.size() == weights.tensors.size()) return;
  std::sort(names.begin(), names.end());
  for (const auto& [name, tensor] : weights.tensors)
    if (!std::binary_search(names.begin(), names.end(), name))
      refuse_file(options, fmt::format("tensor '{}' has no place in the network, which is of another kind{}", name,
                                       did_you_mean(name, names)));
}

}  // namespace inkstone::nn
