#include "models/stable_diffusion/autoencoder_kl.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "nn/attention.hpp"

namespace inkstone::sd {
namespace {

constexpr double kNormEps = 1e-6;

ResnetBlock plain_resnet(int64_t in, int64_t out, const AutoencoderConfig& config) {
  return ResnetBlock(in, out, 0, config.groups, kNormEps);
}

torch::nn::ModuleDict middle_of(const AutoencoderConfig& config) {
  const int64_t width = config.channels.back();
  torch::nn::ModuleDict middle;
  torch::nn::ModuleList attentions, resnets(plain_resnet(width, width, config), plain_resnet(width, width, config));
  if (config.attention) attentions->push_back(PixelAttention(width, config.groups));
  middle->update({{"attentions", attentions.ptr()}, {"resnets", resnets.ptr()}});
  return middle;
}

at::Tensor through_middle(torch::nn::ModuleDict& middle, at::Tensor x) {
  auto& resnets = *middle["resnets"]->as<torch::nn::ModuleListImpl>();
  auto& attentions = *middle["attentions"]->as<torch::nn::ModuleListImpl>();
  x = resnets.at<ResnetBlockImpl>(0).forward(x);
  if (!attentions.is_empty()) x = attentions.at<PixelAttentionImpl>(0).forward(x);
  return resnets.at<ResnetBlockImpl>(1).forward(x);
}

// resnets and one layer that changes the size, under diffusers' name of it.
torch::nn::ModuleDict level_of(int64_t in, int64_t out, int64_t blocks, const AutoencoderConfig& config) {
  torch::nn::ModuleDict level;
  torch::nn::ModuleList resnets;
  for (int64_t block = 0; block < blocks; ++block) resnets->push_back(plain_resnet(block > 0 ? out : in, out, config));
  level->update({{"resnets", resnets.ptr()}});
  return level;
}

at::Tensor through_resnets(torch::nn::ModuleDictImpl& level, at::Tensor x) {
  for (const auto& block : *level["resnets"]->as<torch::nn::ModuleListImpl>()) x = block->as<ResnetBlockImpl>()->forward(x);
  return x;
}

}  // namespace

PixelAttentionImpl::PixelAttentionImpl(int64_t channels, int64_t groups)
    : group_norm(groups, channels, kNormEps),
      to_q(channels, channels),
      to_k(channels, channels),
      to_v(channels, channels),
      to_out(channels, channels) {
  register_module("group_norm", group_norm);
  register_module("to_q", to_q);
  register_module("to_k", to_k);
  register_module("to_v", to_v);
  register_module("to_out", torch::nn::ModuleList(to_out));
}

at::Tensor PixelAttentionImpl::forward(const at::Tensor& x) {
  const int64_t n = x.size(0), c = x.size(1), h = x.size(2), w = x.size(3);
  const auto rows = group_norm(x).permute({0, 2, 3, 1}).reshape({n, h * w, c});
  const auto seen = nn::attend(to_q(rows).unsqueeze(1), to_k(rows).unsqueeze(1), to_v(rows).unsqueeze(1)).squeeze(1);
  return x + to_out(seen).view({n, h, w, c}).permute({0, 3, 1, 2});
}

EncoderImpl::EncoderImpl(const AutoencoderConfig& config)
    : conv_in(config.in_channels, config.channels.front()),
      conv_out(config.channels.back(), (config.moments ? 2 : 1) * config.latent_channels),
      mid_block(middle_of(config)),
      conv_norm_out(config.groups, config.channels.back(), kNormEps) {
  register_module("conv_in", conv_in);
  for (std::size_t at = 0; at < config.channels.size(); ++at) {
    const int64_t out = config.channels[at];
    auto level = level_of(at > 0 ? config.channels[at - 1] : out, out, config.blocks, config);
    if (at + 1 < config.channels.size()) level->update({{"downsamplers", torch::nn::ModuleList(Halving(out, true)).ptr()}});
    down_blocks->push_back(level);
  }
  register_module("down_blocks", down_blocks);
  register_module("mid_block", mid_block);
  register_module("conv_norm_out", conv_norm_out);
  register_module("conv_out", conv_out);
}

at::Tensor EncoderImpl::forward(const at::Tensor& x) {
  auto h = conv_in(x);
  for (const auto& item : *down_blocks) {
    auto& level = *item->as<torch::nn::ModuleDictImpl>();
    h = through_resnets(level, h);
    if (level.contains("downsamplers")) h = level["downsamplers"]->as<torch::nn::ModuleListImpl>()->at<HalvingImpl>(0).forward(h);
  }
  return conv_out(conv_norm_out->silu(through_middle(mid_block, h)));
}

DecoderImpl::DecoderImpl(const AutoencoderConfig& config)
    : conv_in(config.latent_channels, config.channels.back()),
      conv_out(config.channels.front(), config.out_channels),
      mid_block(middle_of(config)),
      conv_norm_out(config.groups, config.channels.front(), kNormEps) {
  register_module("conv_in", conv_in);
  register_module("mid_block", mid_block);
  for (std::size_t at = config.channels.size(); at-- > 0;) {
    const int64_t out = config.channels[at];
    auto level = level_of(at + 1 < config.channels.size() ? config.channels[at + 1] : out, out, config.blocks + 1, config);
    if (at > 0) level->update({{"upsamplers", torch::nn::ModuleList(Doubling(out)).ptr()}});
    up_blocks->push_back(level);
  }
  register_module("up_blocks", up_blocks);
  register_module("conv_norm_out", conv_norm_out);
  register_module("conv_out", conv_out);
}

at::Tensor DecoderImpl::forward(const at::Tensor& z) {
  auto h = through_middle(mid_block, conv_in(z));
  for (const auto& item : *up_blocks) {
    auto& level = *item->as<torch::nn::ModuleDictImpl>();
    h = through_resnets(level, h);
    if (level.contains("upsamplers")) h = level["upsamplers"]->as<torch::nn::ModuleListImpl>()->at<DoublingImpl>(0).forward(h);
  }
  return conv_out(conv_norm_out->silu(h));
}

AutoencoderKLImpl::AutoencoderKLImpl(const AutoencoderConfig& config) : config_(config), encoder(config), decoder(config) {
  register_module("encoder", encoder);
  register_module("decoder", decoder);
  const int64_t width = config.latent_channels;
  if (config.quant_conv) quant_conv = register_module("quant_conv", nn::FrozenConv2d(2 * width, 2 * width, 1, 1, 0));
  if (config.post_quant_conv) post_quant_conv = register_module("post_quant_conv", nn::FrozenConv2d(width, width, 1, 1, 0));
  eval();
}

LatentDistribution AutoencoderKLImpl::encode(const at::Tensor& pictures) {
  const int64_t unit = config_.downscale();
  if (pictures.dim() != 4 || pictures.size(1) != config_.in_channels || pictures.size(2) % unit != 0 ||
      pictures.size(3) % unit != 0)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the autoencoder takes pictures of {} channels with sides that are multiples of {}",
                            config_.in_channels, unit));
  const at::NoGradGuard constant;
  auto moments = encoder(pictures.contiguous(at::MemoryFormat::ChannelsLast));
  if (quant_conv) moments = quant_conv(moments);
  const auto halves = moments.chunk(2, 1);
  return {halves[0], halves[1].clamp(-30, 20)};
}

at::Tensor AutoencoderKLImpl::decode(const at::Tensor& latents) {
  if (latents.dim() != 4 || latents.size(1) != config_.latent_channels)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the autoencoder takes latents of {} channels", config_.latent_channels));
  const at::NoGradGuard constant;
  const auto z = latents.contiguous(at::MemoryFormat::ChannelsLast);
  return decoder(post_quant_conv ? post_quant_conv(z) : z);
}

}  // namespace inkstone::sd
