#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/anime_gan/anime_gan.hpp"
#include "models/anime_gan/trained_generator.hpp"

namespace inkstone {
namespace {

constexpr const char* kTensorflowScope = "generator/G_MODEL/";
constexpr const char* kFirstKernel = "block_a.0.1.weight";

bool is_tensorflow_generator(const StateDict& weights) {
  return weights.contains(std::string(kTensorflowScope) + "A/Conv/weights");
}

// The second of a kind in one scope is called Conv_1, the third Conv_2.
std::string numbered_name(const std::string& kind, int64_t number) {
  return number == 0 ? kind : fmt::format("{}_{}", kind, number);
}

// Fills names of the port from those of TensorFlow.
class Renaming {
 public:
  explicit Renaming(const StateDict& from) : from_(from) {}

  void kernel(const std::string& to, const std::string& from) {
    renamed_.tensors[to + ".weight"] = from_.at(kTensorflowScope + from + "/weights", {-1, -1, -1, -1}).permute({3, 2, 0, 1});
  }
  void depthwise(const std::string& to, const std::string& from) {
    renamed_.tensors[to + ".weight"] = from_.at(kTensorflowScope + from + "/w", {-1, -1, -1, 1}).permute({2, 3, 0, 1});
    renamed_.tensors[to + ".bias"] = from_.at(kTensorflowScope + from + "/bias");
  }
  void norm(const std::string& to, const std::string& from) {
    renamed_.tensors[to + ".weight"] = from_.at(kTensorflowScope + from + "/gamma");
    renamed_.tensors[to + ".bias"] = from_.at(kTensorflowScope + from + "/beta");
  }
  // The layers of one scope from number `first` on, whose kernels are numbered from 0 there.
  void layers(const std::string& block, const std::string& scope, int64_t count) {
    for (int64_t i = 0; i < count; ++i) layer(fmt::format("{}.{}", block, i), scope, i);
  }
  void layer(const std::string& to, const std::string& scope, int64_t number) {
    kernel(to + ".1", scope + numbered_name("/Conv", number));
    norm(to + ".2", scope + numbered_name("/LayerNorm", number));
  }
  void residual(int64_t number) {
    const auto to = fmt::format("block_c.{}.layers.", number), name = fmt::format("r{}", number), scope = "C/" + name;
    layer(to + "0", scope, 0);
    depthwise(to + "1.1", scope + "/" + name);
    norm(to + "1.2", scope + "/1");
    kernel(to + "2", scope + "/Conv_1");
    norm(to + "3", scope + "/2");
  }
  StateDict take() { return std::move(renamed_); }

 private:
  const StateDict& from_;
  StateDict renamed_;
};

StateDict from_tensorflow(const StateDict& weights) {
  Renaming to(weights);
  to.layers("block_a", "A", 3);
  to.layers("block_b", "B", 2);
  to.layer("block_c.0", "C", 0);
  for (int64_t number = 1; number <= 4; ++number) to.residual(number);
  to.layer("block_c.5", "C", 1);
  to.layers("block_d", "D", 2);
  to.layers("block_e", "E", 3);
  to.kernel("out_layer.0", "out_layer/Conv");
  return to.take();
}

AnimeGan filled_generator(AnimeGanConfig config, const StateDict& weights) {
  config.width = weights.at(kFirstKernel, {-1, 3, 7, 7}).size(0);
  if (config.width < 1 || config.width > 1024)
    throw Error(ErrorCategory::corrupt_file,
                fmt::format("'{}' speaks of {} channels, which no such network has", kFirstKernel, config.width));
  AnimeGan network(config);
  const at::NoGradGuard frozen;
  for (auto& item : network->named_parameters())
    item.value().set_data(weights.at(item.key(), item.value().sizes()).to(at::kFloat).contiguous());
  network->eval();
  return network;
}

}  // namespace

bool is_anime_gan(const StateDict& weights) {
  return is_tensorflow_generator(weights) || trained_generator(weights, kFirstKernel) ||
         (weights.contains(kFirstKernel) && weights.contains("out_layer.0.weight"));
}

AnimeGan make_anime_gan(const StateDict& weights) {
  if (is_tensorflow_generator(weights)) return filled_generator({}, from_tensorflow(weights));
  if (const auto own = trained_generator(weights, kFirstKernel)) return filled_generator({}, *own);
  if (!is_anime_gan(weights))
    throw Error(ErrorCategory::unsupported,
                "the weights are of no AnimeGANv2 (its TensorFlow checkpoint, its port to PyTorch or one trained here)");
  return filled_generator({.enlargement = AnimeGanConfig::Enlargement::corners, .eps = 1e-5}, weights);
}

}  // namespace inkstone
