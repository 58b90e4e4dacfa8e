#include "models/stable_diffusion/unet_blocks.hpp"

#include <algorithm>
#include <memory>

#include "nn/recompute.hpp"

namespace inkstone::sd {
namespace {

SpatialTransformer transformer_of(int64_t level, const UNetConfig& config) {
  const auto at = static_cast<std::size_t>(level);
  return SpatialTransformer(config.channels[at], config.context_width, config.heads[at], config.transformer_layers[at],
                            config.groups);
}

ResnetBlock resnet_of(int64_t in, int64_t out, const UNetConfig& config) {
  return ResnetBlock(in, out, config.time_width(), config.groups, config.eps);
}

// A residual block and, where there is one, the transformer behind it.
struct Pair {
  std::shared_ptr<torch::nn::Module> resnet, transformer;

  Pair(const torch::nn::ModuleList& resnets, const torch::nn::ModuleList& attentions, std::size_t place)
      : resnet(resnets->ptr(place)), transformer(place < attentions->size() ? attentions->ptr(place) : nullptr) {}

  // in: x, the time, the prompt.
  at::Tensor operator()(const std::vector<at::Tensor>& in) const {
    const auto y = resnet->as<ResnetBlockImpl>()->forward(in[0], in[1]);
    return transformer == nullptr ? y : transformer->as<SpatialTransformerImpl>()->forward(y, in[2]);
  }

  std::vector<at::Tensor> leaves() const {
    auto all = nn::leaves_of(*resnet);
    if (transformer == nullptr) return all;
    for (const auto& leaf : nn::leaves_of(*transformer)) all.push_back(leaf);
    return all;
  }
};

at::Tensor through_pair(const torch::nn::ModuleList& resnets, const torch::nn::ModuleList& attentions, std::size_t place,
                        const at::Tensor& x, const at::Tensor& active, const at::Tensor& context, bool recompute) {
  const Pair pair(resnets, attentions, place);
  return recompute ? nn::recomputed(pair, {x, active, context}, pair.leaves()) : pair({x, active, context});
}

template <class T>
T taken_last(std::vector<T>& values) {
  const T last = values.back();
  values.pop_back();
  return last;
}

}  // namespace

DownLevelImpl::DownLevelImpl(int64_t level, const UNetConfig& config) {
  const int64_t out = config.channels.at(level);
  for (int64_t block = 0; block < config.blocks.at(level); ++block) {
    const int64_t in = block > 0 ? out : config.channels.at(std::max<int64_t>(level - 1, 0));
    resnets->push_back(resnet_of(in, out, config));
    if (config.down_attention.at(level)) attentions->push_back(transformer_of(level, config));
  }
  if (level + 1 < config.levels()) downsamplers->push_back(Halving(out, false));
  register_module("resnets", resnets);
  register_module("attentions", attentions);
  register_module("downsamplers", downsamplers);
}

at::Tensor DownLevelImpl::forward(at::Tensor x, const at::Tensor& active, const at::Tensor& context, const at::Tensor& adapter,
                                  std::vector<at::Tensor>& skips) {
  for (std::size_t block = 0; block < resnets->size(); ++block) {
    x = through_pair(resnets, attentions, block, x, active, context, recompute_blocks);
    if (adapter.defined() && !attentions->is_empty() && block + 1 == resnets->size()) x = x + adapter;
    skips.push_back(x);
  }
  if (!downsamplers->is_empty()) skips.push_back(x = downsamplers->at<HalvingImpl>(0).forward(x));
  if (adapter.defined() && attentions->is_empty()) skips.back() = x = x + adapter;
  return x;
}

void DownLevelImpl::forward_first(at::Tensor x, std::size_t count, const at::Tensor& active, const at::Tensor& context,
                                  std::vector<at::Tensor>& skips) {
  for (std::size_t block = 0; block < count; ++block)
    skips.push_back(x = through_pair(resnets, attentions, block, x, active, context, recompute_blocks));
}

UpLevelImpl::UpLevelImpl(int64_t place, std::vector<int64_t>& skips, const UNetConfig& config) {
  const int64_t level = config.levels() - 1 - place;
  const int64_t out = config.channels.at(level), before = config.channels.at(std::min(level + 1, config.levels() - 1));
  for (int64_t block = 0; block <= config.blocks.at(level); ++block) {
    resnets->push_back(resnet_of((block > 0 ? out : before) + taken_last(skips), out, config));
    if (config.up_attention.at(place)) attentions->push_back(transformer_of(level, config));
  }
  if (level > 0) upsamplers->push_back(Doubling(out));
  register_module("resnets", resnets);
  register_module("attentions", attentions);
  register_module("upsamplers", upsamplers);
}

at::Tensor UpLevelImpl::forward(at::Tensor x, const at::Tensor& active, const at::Tensor& context,
                                std::vector<at::Tensor>& skips) {
  x = forward_blocks(x, 0, blocks(), active, context, skips);
  if (upsamplers->is_empty()) return x;
  return upsamplers->at<DoublingImpl>(0).forward(x, PixelSize{skips.back().size(2), skips.back().size(3)});
}

at::Tensor UpLevelImpl::forward_blocks(at::Tensor x, std::size_t first, std::size_t end, const at::Tensor& active,
                                       const at::Tensor& context, std::vector<at::Tensor>& skips) {
  for (std::size_t block = first; block < end; ++block)
    x = through_pair(resnets, attentions, block, at::cat({x, taken_last(skips)}, 1), active, context, recompute_blocks);
  return x;
}

MiddleLevelImpl::MiddleLevelImpl(const UNetConfig& config) {
  const int64_t channels = config.channels.back();
  resnets->push_back(resnet_of(channels, channels, config));
  resnets->push_back(resnet_of(channels, channels, config));
  attentions->push_back(transformer_of(config.levels() - 1, config));
  register_module("attentions", attentions);
  register_module("resnets", resnets);
}

at::Tensor MiddleLevelImpl::forward(const at::Tensor& x, const at::Tensor& active, const at::Tensor& context) {
  return resnets->at<ResnetBlockImpl>(1).forward(through_pair(resnets, attentions, 0, x, active, context, recompute_blocks),
                                                 active);
}

}  // namespace inkstone::sd
