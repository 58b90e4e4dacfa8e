#include "families/personal/low_rank_set.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "inkstone/error.hpp"
#include "nn/frozen.hpp"

namespace inkstone {
namespace {

// As diffusers' U-Nets, transformers' CLIP and the painter of words name them. SD 1 keeps a transformer's proj_in and proj_out as
// convolutions, which have no such change here.
constexpr std::array<std::string_view, 12> kAttentionLayers = {
    "to_q", "to_k", "to_v", "to_out.0", "to_qkv", "to_kv", "to_out", "to_out_text", "q_proj", "k_proj", "v_proj", "out_proj"};
constexpr std::array<std::string_view, 4> kPerceptronLayers = {"ff.net.0.proj", "ff.net.2", "mlp.fc1", "mlp.fc2"};

template <std::size_t N>
bool ends_with_one_of(const std::string& path, const std::array<std::string_view, N>& names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    return path.ends_with(name) && (path.size() == name.size() || path[path.size() - name.size() - 1] == '.');
  });
}

struct Layer {
  nn::LowRank* slot = nullptr;
  int64_t in = 0, out = 0;
};

// No slot: a module of another kind.
Layer layer_of(torch::nn::Module& module) {
  if (auto* frozen = module.as<nn::FrozenLinearImpl>())
    return {&frozen->low_rank, frozen->weight.size(1), frozen->weight.size(0)};
  if (auto* linear = module.as<nn::AdaptableLinearImpl>())
    return {&linear->low_rank, linear->weight.size(1), linear->weight.size(0)};
  return {};
}

bool is_words_perceptron(const std::string& path, torch::nn::Module& module) {
  return module.as<nn::AdaptableLinearImpl>() != nullptr && (path.ends_with("proj_in") || path.ends_with("proj_out"));
}

}  // namespace

bool is_reached(const std::string& path, Reach reach) {
  return ends_with_one_of(path, kAttentionLayers) || (reach == Reach::all && ends_with_one_of(path, kPerceptronLayers));
}

LowRankSetImpl::LowRankSetImpl(const std::vector<PersonalBase::Part>& parts, int64_t rank, double alpha, Reach reach) {
  for (const auto& part : parts)
    for (const auto& item : part.module->named_modules("", false)) {
      const auto layer = layer_of(*item.value());
      if (layer.slot == nullptr) continue;
      if (!is_reached(item.key(), reach) && !(reach == Reach::all && is_words_perceptron(item.key(), *item.value()))) continue;
      auto name = part.prefix + item.key();
      std::replace(name.begin(), name.end(), '.', '_');
      places_.push_back({layer.slot, register_module(name, nn::LowRank(layer.in, layer.out, rank, alpha))});
    }
  if (places_.empty()) throw Error(ErrorCategory::bad_argument, "the model has no layers of attention to change");
  put_on();
}

void LowRankSetImpl::take_off() {
  for (auto& place : places_) *place.slot = nullptr;
}

void LowRankSetImpl::put_on() {
  for (auto& place : places_) *place.slot = place.change;
}

}  // namespace inkstone
