#include "train/watch/flops.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <torch/types.h>

namespace inkstone {
namespace {

using Inputs = c10::ArrayRef<c10::IValue>;

bool has_tensors(Inputs inputs, std::size_t count) {
  if (inputs.size() < count) return false;
  return std::all_of(inputs.begin(), inputs.begin() + static_cast<std::ptrdiff_t>(count),
                     [](const auto& input) { return input.isTensor() && input.toTensor().defined(); });
}

// Multiplications that a kernel does for one pixel on its own side.
double per_pixel(const at::Tensor& weight) {
  return double(weight.numel()) / double(std::max<int64_t>(weight.size(0), 1));
}

// weight [Cout, Cin/groups, ...] for a convolution, [Cin, Cout/groups, ...] for a transposed one.
double convolution(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& output, bool transposed) {
  return 2.0 * double(transposed ? input.numel() : output.numel()) * per_pixel(weight);
}

// convolution_backward(gradient, input, weight, bias_sizes, stride, padding, dilation, transposed, output_padding, groups, mask)
double convolution_backward(Inputs inputs) {
  const auto &gradient = inputs[0].toTensor(), &input = inputs[1].toTensor(), &weight = inputs[2].toTensor();
  const double once = convolution(input, weight, gradient, inputs[7].toBool());
  const auto mask = inputs[10].toBoolList();
  return once * (double(mask.get(0)) + double(mask.get(1)));
}

double product(const at::Tensor& left, const at::Tensor& output) {
  return 2.0 * double(output.numel()) * double(left.size(-1));
}

double attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
  return 2.0 * double(q.numel()) * double(k.size(-2)) +
         2.0 * double(q.numel()) / double(q.size(-1)) * double(k.size(-2)) * double(v.size(-1));
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_normalisation(std::string_view name) {
  const auto has = [&](std::string_view kind) { return name.find(kind) != std::string_view::npos; };
  return has("batch_norm") || has("group_norm") || has("layer_norm") || has("instance_norm");
}

}  // namespace

std::optional<double> operator_flops(const std::string& full_name, Inputs inputs, const at::Tensor& output) {
  const auto colons = full_name.rfind("::");
  const auto name = std::string_view(full_name).substr(colons == std::string::npos ? 0 : colons + 2);
  const bool whole = output.defined();
  const auto tensor = [&](std::size_t k) -> const at::Tensor& { return inputs[k].toTensor(); };
  if (is_one_of(name, {"conv1d", "conv2d", "conv3d", "mkldnn_convolution"}) && has_tensors(inputs, 2) && whole)
    return convolution(tensor(0), tensor(1), output, false);
  if (is_one_of(name, {"conv_transpose1d", "conv_transpose2d", "conv_transpose3d"}) && has_tensors(inputs, 2))
    return convolution(tensor(0), tensor(1), output, true);
  if (is_one_of(name, {"convolution", "_convolution"}) && has_tensors(inputs, 2) && inputs.size() > 6 && whole)
    return convolution(tensor(0), tensor(1), output, inputs[6].toBool());
  if (name == "convolution_backward" && has_tensors(inputs, 3) && inputs.size() > 10) return convolution_backward(inputs);
  if (is_one_of(name, {"linear", "mm", "bmm", "matmul", "mv", "dot"}) && has_tensors(inputs, 2) && whole && tensor(0).dim() > 0)
    return product(tensor(0), output);
  if (is_one_of(name, {"addmm", "baddbmm", "addmv"}) && has_tensors(inputs, 3) && whole) return product(tensor(1), output);
  if (name == "scaled_dot_product_attention" && has_tensors(inputs, 3)) return attention(tensor(0), tensor(1), tensor(2));
  if (is_normalisation(name)) return has_tensors(inputs, 1) ? std::optional(4.0 * double(tensor(0).numel())) : std::nullopt;
  return std::nullopt;
}

}  // namespace inkstone
