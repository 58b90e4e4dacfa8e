#include "models/stable_diffusion/unet.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::sd {
namespace {

// Blocks of the first level that are computed at every step where the deep features are kept.
constexpr std::size_t kShallowBlocks = 1;

void add_to(std::vector<at::Tensor>& skips, const std::vector<at::Tensor>& residuals) {
  for (std::size_t i = 0; i < std::min(skips.size(), residuals.size()); ++i)
    skips[i] = skips[i] + residuals[i].to(skips[i].scalar_type());
}

std::vector<TransformerBlockImpl*> blocks_in(torch::nn::Module& part) {
  std::vector<TransformerBlockImpl*> found;
  for (const auto& module : part.modules())
    if (auto* block = module->as<TransformerBlockImpl>()) found.push_back(block);
  return found;
}

[[noreturn]] void unfit(const std::string& what) {
  throw Error(ErrorCategory::bad_argument, what);
}

}  // namespace

std::vector<int64_t> skip_channels(const std::vector<int64_t>& channels, const std::vector<int64_t>& blocks) {
  std::vector<int64_t> skips = {channels.front()};
  for (std::size_t level = 0; level < channels.size(); ++level)
    skips.insert(skips.end(), blocks.at(level) + (level + 1 < channels.size() ? 1 : 0), channels.at(level));
  return skips;
}

std::vector<int64_t> skip_channels(const UNetConfig& config) {
  return skip_channels(config.channels, config.blocks);
}

void check_context(const at::Tensor& context, int64_t batch, const UNetConfig& config) {
  if (!context.defined() || context.dim() != 3 || context.size(0) != batch || context.size(2) != config.context_width)
    unfit(
        fmt::format("the network takes a prompt of {} numbers to a token, one for each of the {} pictures; the text encoder is "
                    "another model's",
                    config.context_width, batch));
}

UNet2DConditionModelImpl::UNet2DConditionModelImpl(const UNetConfig& config)
    : config_(config),
      conv_in(config.in_channels, config.channels.front()),
      conv_out(config.channels.front(), config.out_channels),
      embed_(*this, config),
      mid_block(config),
      conv_norm_out(config.groups, config.channels.front(), config.eps) {
  register_module("conv_in", conv_in);
  for (int64_t level = 0; level < config.levels(); ++level) down_blocks->push_back(DownLevel(level, config));
  auto skips = skip_channels(config);
  for (int64_t place = 0; place < config.levels(); ++place) up_blocks->push_back(UpLevel(place, skips, config));
  register_module("down_blocks", down_blocks);
  register_module("mid_block", mid_block);
  register_module("up_blocks", up_blocks);
  register_module("conv_norm_out", conv_norm_out);
  register_module("conv_out", conv_out);
  eval();
}

void UNet2DConditionModelImpl::check(const at::Tensor& x, const Conditioning& condition, const Residuals& residuals) const {
  if (x.dim() != 4 || x.size(1) != config_.in_channels)
    unfit(fmt::format("the network takes latents of {} channels, not {}", config_.in_channels, x.dim() == 4 ? x.size(1) : 0));
  check_context(condition.context, x.size(0), config_);
  const auto skips = skip_channels(config_).size();
  if (!residuals.down.empty() && residuals.down.size() != skips)
    unfit(fmt::format("the control network gives {} features where this network takes {}; it is of another version",
                      residuals.down.size(), skips));
  const auto features = static_cast<int64_t>(residuals.adapter.size());
  if (features != 0 && features != config_.levels() && features != config_.levels() + 1)
    unfit(fmt::format("the adapter gives {} features where this network takes {}; it is of another version", features,
                      config_.levels()));
}

at::Tensor UNet2DConditionModelImpl::forward(const at::Tensor& x, const at::Tensor& time, const Conditioning& condition,
                                             const Residuals& residuals) {
  check(x, condition, residuals);
  if (listener_ != nullptr) listener_->begin(x.size(2), x.size(3), time.reshape(-1)[0].item<double>());
  const auto dtype = x.scalar_type();
  const auto context = condition.context.to(dtype), active = embed_(time, condition, dtype);
  const auto h = conv_in(x.contiguous(at::MemoryFormat::ChannelsLast));
  auto& last = up_blocks->at<UpLevelImpl>(up_blocks->size() - 1);
  std::vector<at::Tensor> skips = {h};
  at::Tensor deep;
  if (const auto* kept = deep_features_ == DeepFeatures::reuse ? kept_for(h) : nullptr) {
    down_blocks->at<DownLevelImpl>(0).forward_first(h, kShallowBlocks, active, context, skips);
    add_to(skips, residuals.down);
    deep = kept->features;
  } else {
    deep = deepened(h, active, context, residuals, skips);
  }
  return conv_out(
      conv_norm_out->silu(last.forward_blocks(deep, last.blocks() - kShallowBlocks - 1, last.blocks(), active, context, skips)));
}

// All but the last blocks of the last level, which take the shallowest skips.
at::Tensor UNet2DConditionModelImpl::deepened(at::Tensor h, const at::Tensor& active, const at::Tensor& context,
                                              const Residuals& residuals, std::vector<at::Tensor>& skips) {
  const auto dtype = h.scalar_type();
  for (std::size_t level = 0; level < down_blocks->size(); ++level) {
    const auto adapter = residuals.adapter.empty() ? at::Tensor() : residuals.adapter[level].to(dtype);
    h = down_blocks->at<DownLevelImpl>(level).forward(h, active, context, adapter, skips);
  }
  add_to(skips, residuals.down);
  h = mid_block(h, active, context);
  if (residuals.adapter.size() > down_blocks->size() && residuals.adapter.back().sizes() == h.sizes())
    h = h + residuals.adapter.back().to(dtype);
  if (residuals.middle.defined()) h = h + residuals.middle.to(dtype);
  const auto levels = up_blocks->size();
  for (std::size_t place = 0; place + 1 < levels; ++place)
    h = up_blocks->at<UpLevelImpl>(place).forward(h, active, context, skips);
  auto& last = up_blocks->at<UpLevelImpl>(levels - 1);
  h = last.forward_blocks(h, 0, last.blocks() - kShallowBlocks - 1, active, context, skips);
  if (deep_features_ == DeepFeatures::afresh) return h;
  keep(h);
  return h;
}

void UNet2DConditionModelImpl::keep(const at::Tensor& h) {
  auto* kept = kept_for(h);
  if (kept == nullptr) return kept_.push_back({weakness_, h});
  change_ += (h - kept->features).to(at::kFloat).norm().item<double>() / std::max(1e-12, h.to(at::kFloat).norm().item<double>());
  ++changes_;
  kept->features = h;
}

// What was kept for the present weakness and as many pictures of the size of h, if anything.
UNet2DConditionModelImpl::Kept* UNet2DConditionModelImpl::kept_for(const at::Tensor& h) {
  const auto fits = [&](const Kept& kept) {
    const auto& features = kept.features;
    return kept.weakness == weakness_ && features.size(0) == h.size(0) && features.size(2) == h.size(2) &&
           features.size(3) == h.size(3);
  };
  const auto found = std::find_if(kept_.begin(), kept_.end(), fits);
  return found == kept_.end() ? nullptr : &*found;
}

void UNet2DConditionModelImpl::set_deep_features(DeepFeatures use) {
  deep_features_ = use;
  if (use != DeepFeatures::afresh) return;
  kept_.clear();
  change_ = changes_ = 0;
}

// In the order in which they are evaluated.
std::vector<TransformerBlockImpl*> UNet2DConditionModelImpl::all_blocks() {
  auto found = blocks_in(*down_blocks);
  for (auto* block : blocks_in(*mid_block)) found.push_back(block);
  for (auto* block : blocks_in(*up_blocks)) found.push_back(block);
  return found;
}

void UNet2DConditionModelImpl::recompute_blocks(bool on) {
  for (std::size_t level = 0; level < down_blocks->size(); ++level) down_blocks->at<DownLevelImpl>(level).recompute_blocks = on;
  for (std::size_t level = 0; level < up_blocks->size(); ++level) up_blocks->at<UpLevelImpl>(level).recompute_blocks = on;
  mid_block->recompute_blocks = on;
}

void UNet2DConditionModelImpl::listen(nn::AttentionListener* listener) {
  listener_ = listener;
  for (auto* block : all_blocks()) block->listen(listener);
}

void UNet2DConditionModelImpl::weaken(Weakness weakness, const std::vector<int64_t>& blocks) {
  const auto found = all_blocks();
  auto chosen = blocks.empty() ? blocks_in(*mid_block) : std::vector<TransformerBlockImpl*>();
  for (const int64_t block : blocks) {
    if (block < 0 || block >= static_cast<int64_t>(found.size()))
      unfit(fmt::format("this network has transformer blocks 0 to {}, not {}", static_cast<int64_t>(found.size()) - 1, block));
    chosen.push_back(found[static_cast<std::size_t>(block)]);
  }
  for (auto* block : found) block->weakness = Weakness::none;
  for (auto* block : chosen) block->weakness = weakness;
  weakness_ = weakness;
}

}  // namespace inkstone::sd
