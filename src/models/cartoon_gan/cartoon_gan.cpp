#include "models/cartoon_gan/cartoon_gan.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "models/anime_gan/trained_generator.hpp"

namespace inkstone {
namespace {

using nn::Enlarge;
using nn::PictureConvolutionOptions;

constexpr const char* kFirst = "/conv01_1/kernel";
constexpr const char* kFirstTrained = "conv01_1.weight";

// What stands before every name: "generator_hayao/". Empty: no such network.
std::string scope_of(const StateDict& weights) {
  for (const auto& [name, tensor] : weights.tensors)
    if (name.ends_with(kFirst)) return name.substr(0, name.size() - std::string(kFirst).size() + 1);
  return {};
}

CartoonGan make_trained_here(const StateDict& generator) {
  CartoonGanConfig config;
  config.width = generator.at(kFirstTrained, {-1, 3, 7, 7}).size(0);
  config.blocks = 0;
  while (generator.contains(fmt::format("in{:02}_2.weight", 4 + config.blocks))) ++config.blocks;
  CartoonGan network(config);
  const at::NoGradGuard frozen;
  for (auto& item : network->named_parameters())
    item.value().set_data(generator.at(item.key(), item.value().sizes()).to(at::kFloat).contiguous());
  network->eval();
  return network;
}

PictureConvolutionOptions layer(int64_t in, int64_t out, int64_t kernel = 3) {
  PictureConvolutionOptions o;
  o.in = in;
  o.out = out;
  o.kernel = kernel;
  o.edge = kernels::Edge::zero;
  o.eps = 1e-9;
  return o;
}

PictureConvolutionOptions bare(PictureConvolutionOptions o, int64_t stride, Enlarge enlarge) {
  o.stride = stride;
  o.enlarge = enlarge;
  o.norm = o.relu = false;
  return o;
}

}  // namespace

CartoonGanImpl::CartoonGanImpl(const CartoonGanConfig& config) : config_(config) {
  const int64_t a = config.width, b = 2 * a, c = 4 * a;
  add("conv01_1", "in01_1", layer(3, a, 7));
  add("conv02_1", "", bare(layer(a, b), 2, Enlarge::none));
  add("conv02_2", "in02_1", layer(b, b));
  add("conv03_1", "", bare(layer(b, c), 2, Enlarge::none));
  add("conv03_2", "in03_1", layer(c, c));
  for (int64_t block = 0; block < config.blocks; ++block) add_block(4 + block);
  const auto norm = [&](int64_t number) { return fmt::format("in{:02}_1", 4 + config.blocks + number); };
  add("deconv01_1", "", bare(layer(c, b), 1, Enlarge::transposed));
  add("deconv01_2", norm(0), layer(b, b));
  add("deconv02_1", "", bare(layer(b, a), 1, Enlarge::transposed));
  add("deconv02_2", norm(1), layer(a, a));
  add("deconv03_1", "", bare(layer(a, 3, 7), 1, Enlarge::none));
}

void CartoonGanImpl::add(const std::string& conv, const std::string& norm, PictureConvolutionOptions options) {
  auto& made = *layers_.emplace_back(std::make_unique<nn::PictureConvolution>(options));
  register_module(conv, made.conv().ptr());
  if (options.norm) register_module(norm, made.norm().ptr());
}

void CartoonGanImpl::add_block(int64_t number) {
  auto o = layer(4 * config_.width, 4 * config_.width);
  add(fmt::format("conv{:02}_1", number), fmt::format("in{:02}_1", number), o);
  o.relu = false;
  add(fmt::format("conv{:02}_2", number), fmt::format("in{:02}_2", number), o);
}

at::Tensor CartoonGanImpl::forward(const at::Tensor& rgb, at::ScalarType dtype) {
  const std::size_t head = 5, tail = head + 2 * std::size_t(config_.blocks);
  if (at::GradMode::is_enabled() || !rgb.is_cpu()) {
    auto x = rgb * 2 - 1;
    for (std::size_t i = 0; i < head; ++i) x = layers_[i]->forward(x);
    for (std::size_t i = head; i < tail; i += 2) x = x + layers_[i + 1]->forward(layers_[i]->forward(x));
    for (std::size_t i = tail; i < layers_.size(); ++i) x = layers_[i]->forward(x);
    return (x.to(at::kFloat).tanh() + 1) / 2;
  }
  const auto next = [&](std::size_t i) { return i + 1 < layers_.size() ? layers_[i + 1]->wanted() : kernels::Frame{}; };
  auto x = nn::framed(rgb, 2, -1, dtype, layers_[0]->wanted());
  for (std::size_t i = 0; i < head; ++i) x = layers_[i]->run(x, next(i));
  for (std::size_t i = head; i < tail; i += 2) x = layers_[i + 1]->run(layers_[i]->run(x, next(i)), next(i + 1), x);
  for (std::size_t i = tail; i < layers_.size(); ++i) x = layers_[i]->run(x, next(i));
  return (nn::plain(x).tanh() + 1) / 2;
}

void CartoonGanImpl::set_recall(nn::Recall recall) {
  for (auto& made : layers_) made->set_recall(recall);
}

bool is_cartoon_gan(const StateDict& weights) {
  if (trained_generator(weights, kFirstTrained)) return true;
  const auto scope = scope_of(weights);
  return !scope.empty() && weights.contains(scope + "deconv03_1/kernel") && weights.contains(scope + "in04_2/gamma");
}

CartoonGan make_cartoon_gan(const StateDict& weights) {
  if (const auto own = trained_generator(weights, kFirstTrained)) return make_trained_here(*own);
  const auto scope = scope_of(weights);
  CartoonGanConfig config;
  config.width = weights.at(scope + "conv01_1/kernel", {7, 7, 3, -1}).size(3);
  config.blocks = 0;
  while (weights.contains(fmt::format("{}in{:02}_2/gamma", scope, 4 + config.blocks))) ++config.blocks;
  CartoonGan network(config);
  const at::NoGradGuard frozen;
  for (auto& item : network->named_parameters()) {
    const auto dot = item.key().rfind('.');
    const auto at = scope + item.key().substr(0, dot) + "/";
    auto& place = item.value();
    const bool kernel = place.dim() == 4, bias = item.key().ends_with("bias"), norm = item.key().starts_with("in");
    const auto found = kernel ? weights.at(at + "kernel", {-1, -1, -1, -1}).permute({3, 2, 0, 1})
                              : weights.at(at + (norm ? bias ? "beta" : "gamma" : "bias"), place.sizes());
    // transposed convolutions have their kernels as [k,k,O,I]
    const auto shaped =
        kernel && item.key().find("deconv0") == 0 && found.sizes() != place.sizes() ? found.transpose(0, 1) : found;
    StateDict one{{{at + "kernel", shaped}}, {}};
    place.set_data(one.at(at + "kernel", place.sizes()).to(at::kFloat).contiguous());
  }
  network->eval();
  return network;
}

}  // namespace inkstone
