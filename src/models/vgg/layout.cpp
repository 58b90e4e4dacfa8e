#include "models/vgg/layout.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::vgg {
namespace {

using Place = std::pair<int, int>;

int digit_at(std::string_view text, std::size_t i) {
  return i < text.size() && text[i] >= '1' && text[i] <= '9' ? text[i] - '0' : 0;
}

bool ends_part(std::string_view text, std::size_t i) {
  return i == text.size() || text[i] == '.' || text[i] == '/';
}

struct Name {
  Scheme scheme;
  Place place;
};

// Keras 1 wrote block1_conv2_W_1:0 and block1_conv2_b_1:0; VGG19 without its top was published so.
bool ends_layer(std::string_view part, std::size_t i) {
  return ends_part(part, i) || part.substr(i).starts_with("_W") || part.substr(i).starts_with("_b");
}

// One part of a tensor's name: block1_conv2, conv1_2 or conv12, up to its end or the next '.' or '/'.
std::optional<Name> read_part(std::string_view part) {
  if (part.starts_with("block") && digit_at(part, 5) && part.substr(6).starts_with("_conv") && digit_at(part, 11) &&
      ends_layer(part, 12))
    return Name{Scheme::keras, {digit_at(part, 5), digit_at(part, 11)}};
  if (!part.starts_with("conv") || !digit_at(part, 4)) return std::nullopt;
  if (part.substr(5).starts_with('_') && digit_at(part, 6) && ends_part(part, 7))
    return Name{Scheme::caffe, {digit_at(part, 4), digit_at(part, 6)}};
  if (digit_at(part, 5) && ends_part(part, 6)) return Name{Scheme::collaborative, {digit_at(part, 4), digit_at(part, 5)}};
  return std::nullopt;
}

// The first part of "a/b.c" that names a convolution.
std::optional<Name> read_name(std::string_view name) {
  for (std::size_t begin = 0; begin < name.size();) {
    if (const auto found = read_part(name.substr(begin))) return found;
    const auto end = name.find_first_of("/.", begin);
    if (end == name.npos) break;
    begin = end + 1;
  }
  return std::nullopt;
}

// Kernels of TensorFlow are [k,k,I,O]; those of everybody else [O,I,k,k].
at::Tensor as_oihw(const at::Tensor& kernel) {
  const bool hwio = kernel.size(0) == kernel.size(1) && kernel.size(0) <= 7 && kernel.size(3) > 7;
  return hwio ? kernel.permute({3, 2, 0, 1}) : kernel;
}

// Caffe's oldest files store a bias as [1,1,1,O].
bool is_kernel(const at::Tensor& tensor) {
  return tensor.dim() == 4 && tensor.size(0) * tensor.size(1) * tensor.size(2) > 1;
}

void place_tensor(Convolution& convolution, const at::Tensor& tensor, const std::string& name) {
  auto& slot = is_kernel(tensor) ? convolution.weight : convolution.bias;
  if (slot.defined())
    throw Error(ErrorCategory::corrupt_file, fmt::format("tensor '{}' names a convolution that is already filled", name));
  slot = (is_kernel(tensor) ? as_oihw(tensor) : tensor.flatten()).to(at::kFloat).contiguous();
}

// features.N.weight -> N.
std::optional<int> torchvision_index(std::string_view name) {
  if (name.starts_with("features.")) name.remove_prefix(9);
  int index = 0;
  const auto [rest, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  const std::string_view kind(rest, name.data() + name.size());
  if (error != std::errc() || (kind != ".weight" && kind != ".bias")) return std::nullopt;
  return index;
}

// Convolution and rectifier take two indices; a third between two convolutions is a pooling.
Layout from_torchvision(const std::map<int, Convolution>& by_index) {
  Layout layout;
  Place place{1, 0};
  int last = -2;
  for (const auto& [index, convolution] : by_index) {
    place = index - last == 3 && last >= 0 ? Place{place.first + 1, 1} : Place{place.first, place.second + 1};
    if (last >= 0 && index - last != 2 && index - last != 3)
      throw Error(ErrorCategory::unsupported, "the weights are numbered otherwise than those of VGG; use a plain vgg16 or vgg19");
    layout.convolutions[place] = convolution;
    last = index;
  }
  return layout;
}

Layout read_torchvision(const StateDict& weights) {
  std::map<int, Convolution> by_index;
  if (weights.contains("features.1.running_mean"))
    throw Error(ErrorCategory::unsupported, "the weights are a VGG with batch norm; use the plain vgg16 or vgg19");
  for (const auto& [name, tensor] : weights.tensors)
    if (const auto index = torchvision_index(name)) place_tensor(by_index[*index], tensor, name);
  return from_torchvision(by_index);
}

Layout read_named(const StateDict& weights) {
  Layout layout;
  for (const auto& [name, tensor] : weights.tensors) {
    const auto found = read_name(name);
    if (!found) continue;
    layout.scheme = found->scheme;
    place_tensor(layout.convolutions[found->place], tensor, name);
  }
  return layout;
}

void check_complete(const Layout& layout) {
  Place expected{1, 1};
  for (const auto& [place, convolution] : layout.convolutions) {
    const bool next_block = place == Place{expected.first + 1, 1} && expected.second > (expected.first <= 2 ? 2 : 3);
    if (place != expected && !next_block)
      throw Error(ErrorCategory::corrupt_file, fmt::format("the weights lack conv{}_{}", expected.first, expected.second));
    if (!convolution.weight.defined() || !convolution.bias.defined())
      throw Error(ErrorCategory::corrupt_file, fmt::format("conv{}_{} lacks its {}", place.first, place.second,
                                                           convolution.weight.defined() ? "bias" : "weight"));
    if (convolution.weight.size(2) != 3)
      throw Error(ErrorCategory::unsupported,
                  fmt::format("conv{}_{} is not the 3x3 convolution of a VGG", place.first, place.second));
    expected = {place.first, place.second + 1};
  }
}

}  // namespace

Layout find_layout(const StateDict& weights) {
  auto layout = read_named(weights);
  if (layout.convolutions.empty()) layout = read_torchvision(weights);
  if (layout.convolutions.empty())
    throw Error(ErrorCategory::unsupported,
                "the weights are not a VGG: they have neither features.N, blockB_convC nor convB_C tensors");
  check_complete(layout);
  return layout;
}

}  // namespace inkstone::vgg
