#include "models/stable_diffusion/residual_blocks.hpp"

#include "nn/resampling.hpp"

namespace inkstone::sd {

ResnetBlockImpl::ResnetBlockImpl(int64_t in, int64_t out, int64_t time_width, int64_t groups, double eps)
    : norm1(groups, in, eps), norm2(groups, out, eps), conv1(in, out), conv2(out, out) {
  register_module("norm1", norm1);
  register_module("conv1", conv1);
  if (time_width > 0) time_emb_proj = register_module("time_emb_proj", nn::FrozenLinear(time_width, out));
  register_module("norm2", norm2);
  register_module("conv2", conv2);
  if (in != out) conv_shortcut = register_module("conv_shortcut", nn::FrozenConv2d(in, out, 1, 1, 0));
}

at::Tensor ResnetBlockImpl::forward(const at::Tensor& x, const at::Tensor& active) {
  const auto shift = time_emb_proj ? time_emb_proj(active) : at::Tensor();
  auto h = conv1(norm1->silu(x));
  h = norm2->silu(h, shift);  // what conv1 gave is let go before the decoder's memory is fullest
  return conv2(h, conv_shortcut ? conv_shortcut(x) : x);
}

HalvingImpl::HalvingImpl(int64_t channels, bool one_sided)
    : one_sided_(one_sided), conv(channels, channels, 3, 2, one_sided ? 0 : 1) {
  register_module("conv", conv);
}

at::Tensor HalvingImpl::forward(const at::Tensor& x) {
  return conv(one_sided_ ? nn::padded(x, 0, 1, conv->wrapping) : x);
}

DoublingImpl::DoublingImpl(int64_t channels) : conv(channels, channels) {
  register_module("conv", conv);
}

at::Tensor DoublingImpl::forward(const at::Tensor& x, std::optional<PixelSize> size) {
  auto large = nn::doubled(x);
  if (size) large = large.narrow(2, 0, size->height).narrow(3, 0, size->width);
  return conv(large.contiguous(at::MemoryFormat::ChannelsLast));
}

}  // namespace inkstone::sd
