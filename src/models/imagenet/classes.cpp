#include "models/imagenet/classes.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/nearest.hpp"
#include "inkstone/error.hpp"
#include "models/imagenet/class_names.hpp"
#include "tensor/picture.hpp"

namespace inkstone {
namespace {

std::string lower_with_spaces(std::string text) {
  for (char& c : text) c = c == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::optional<int64_t> number_in(const std::string& text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "cat" in "tiger cat", not in "catamaran".
bool has_word(const std::string& name, const std::string& word) {
  return fmt::format(" {} ", name).find(fmt::format(" {} ", word)) != std::string::npos;
}

}  // namespace

std::vector<std::string> imagenet_classes() {
  return {imagenet::kClassNames.begin(), imagenet::kClassNames.end()};
}

void set_imagenet_classes(FeatureNetwork& network) {
  network.side = 224;
  if (network.stages.back().weight.size(0) == 1000) network.classes = imagenet_classes();
}

int64_t class_of(const FeatureNetwork& network, const std::string& name) {
  const auto count = static_cast<int64_t>(network.classes.size());
  if (count == 0)
    throw Error(ErrorCategory::unsupported, fmt::format("{} knows no classes; use -m resnet50-imagenet", network.name));
  if (const auto number = number_in(name)) {
    if (*number >= 0 && *number < count) return *number;
    throw Error(ErrorCategory::not_found, fmt::format("there is no class {}; they are 0 to {}", *number, count - 1));
  }
  const auto wanted = lower_with_spaces(name);
  std::vector<std::string> names;
  std::vector<int64_t> holding;
  for (int64_t i = 0; i < count; ++i) {
    names.push_back(lower_with_spaces(network.classes[i]));
    if (names.back() == wanted) return i;
    if (has_word(names.back(), wanted)) holding.push_back(i);
  }
  if (holding.size() == 1) return holding.front();
  std::string several;
  for (std::size_t i = 0; i < std::min<std::size_t>(holding.size(), 8); ++i)
    several += (i == 0 ? "" : ", ") + network.classes[holding[i]];
  if (!several.empty()) throw Error(ErrorCategory::not_found, fmt::format("'{}' could be any of: {}", name, several));
  throw Error(ErrorCategory::not_found, fmt::format("{} knows no class '{}'{}", network.name, name, did_you_mean(wanted, names)));
}

at::Tensor central_view(const FeatureNetwork& network, const at::Tensor& rgb) {
  const double scale = static_cast<double>(network.side) * 8 / 7 / static_cast<double>(std::min(rgb.size(2), rgb.size(3)));
  const auto side = [&](int64_t length) {
    return std::max<int64_t>(network.side, std::lround(static_cast<double>(length) * scale));
  };
  const auto scaled = resize(rgb, side(rgb.size(2)), side(rgb.size(3))).clamp(0, 1);
  const auto middle = [&](const at::Tensor& x, int64_t dimension) {
    return x.narrow(dimension, (x.size(dimension) - network.side) / 2, network.side);
  };
  return middle(middle(scaled, 2), 3);
}

at::Tensor class_probabilities(const FeatureNetwork& network, const at::Tensor& rgb) {
  const at::NoGradGuard looking;
  const auto squeezed = resize(rgb, network.side, network.side).clamp(0, 1);
  const auto views = at::cat({central_view(network, rgb), squeezed}).contiguous(at::MemoryFormat::ChannelsLast);
  const auto logits = run_stages(network, preprocess(network, views), {network.stage("logits")}).front();
  return at::softmax(logits, 1).mean(0);
}

std::vector<Tag> top_tags(const FeatureNetwork& network, const at::Tensor& probabilities, int64_t count) {
  const auto [values, indices] = probabilities.topk(std::min<int64_t>(count, probabilities.numel()));
  std::vector<Tag> tags;
  for (int64_t i = 0; i < values.numel(); ++i) {
    const auto index = indices[i].item<int64_t>();
    tags.push_back({index, network.classes.at(static_cast<std::size_t>(index)), values[i].item<double>()});
  }
  return tags;
}

}  // namespace inkstone
