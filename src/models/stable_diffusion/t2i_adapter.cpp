#include "models/stable_diffusion/t2i_adapter.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "inkstone/error.hpp"
#include "models/stable_diffusion/config_reader.hpp"
#include "models/stable_diffusion/diffusers_folder.hpp"
#include "nn/fill.hpp"

namespace inkstone::sd {
namespace {

AdapterKind adapter_kind_of(const ConfigReader& reader) {
  const auto kind = reader.text("adapter_type", "full_adapter");
  if (kind == "full_adapter") return AdapterKind::full;
  if (kind == "full_adapter_xl") return AdapterKind::full_xl;
  if (kind == "light_adapter") return AdapterKind::light;
  reader.unsupported("'adapter_type' = " + kind);
}

// x + block2(relu(block1(x))): block1 3x3; block2 1x1, in light adapters 3x3.
class AdapterResnetImpl : public torch::nn::Module {
 public:
  AdapterResnetImpl(int64_t channels, bool light)
      : block1(channels, channels), block2(channels, channels, light ? 3 : 1, 1, light ? 1 : 0) {
    register_module("block1", block1);
    register_module("block2", block2);
  }
  at::Tensor forward(const at::Tensor& x) { return x + block2(at::relu(block1(x))); }

 private:
  nn::FrozenConv2d block1, block2;
};
TORCH_MODULE(AdapterResnet);

// Halves the size where asked, changes the width by 1x1 convolutions, then residual blocks.
class AdapterLevelImpl : public torch::nn::Module {
 public:
  AdapterLevelImpl(int64_t in, int64_t out, int64_t blocks, bool down, bool light) : down_(down) {
    const int64_t width = light ? out / 4 : out;
    if (in != width || light) in_conv = register_module("in_conv", nn::FrozenConv2d(in, width, 1, 1, 0));
    for (int64_t block = 0; block < blocks; ++block) resnets->push_back(AdapterResnet(width, light));
    register_module("resnets", resnets);
    if (light) out_conv = register_module("out_conv", nn::FrozenConv2d(width, out, 1, 1, 0));
  }

  at::Tensor forward(at::Tensor x) {
    if (down_) x = at::avg_pool2d(x, 2, 2, 0, true);
    if (in_conv) x = in_conv(x);
    for (const auto& block : *resnets) x = block->as<AdapterResnetImpl>()->forward(x);
    return out_conv ? out_conv(x) : x;
  }

 private:
  bool down_;
  nn::FrozenConv2d in_conv{nullptr}, out_conv{nullptr};
  torch::nn::ModuleList resnets;
};
TORCH_MODULE(AdapterLevel);

torch::nn::ModuleList adapter_levels(const T2IAdapterConfig& config) {
  torch::nn::ModuleList levels;
  const auto& widths = config.channels;
  const bool light = config.kind == AdapterKind::light, xl = config.kind == AdapterKind::full_xl;
  const int64_t folded = config.picture_channels * config.downscale * config.downscale;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const int64_t before = i > 0 ? widths[i - 1] : light ? folded : widths[0];
    const bool own_width = xl && i != 1 && i != 2;  // XL's other levels take what they give
    levels->push_back(AdapterLevel(own_width ? widths[i] : before, widths[i], config.blocks, xl ? i == 2 : i > 0, light));
  }
  if (light) levels->push_back(AdapterLevel(widths.back(), widths.back(), config.blocks, true, true));
  return levels;
}

}  // namespace

T2IAdapterConfig t2i_adapter_config_of(const nlohmann::json& json, const std::string& origin) {
  const ConfigReader reader(json, origin);
  T2IAdapterConfig config;
  config.kind = adapter_kind_of(reader);
  config.picture_channels = reader.integer("in_channels", 3);
  config.channels = reader.integers("channels", config.channels);
  config.blocks = reader.integer("num_res_blocks", 2);
  config.downscale = reader.integer("downscale_factor", 8);
  if (config.picture_channels < 1 || config.blocks < 0 || config.downscale < 1 || config.downscale > 64)
    reader.corrupt("has an impossible number of channels or blocks");
  return config;
}

T2IAdapterImpl::T2IAdapterImpl(const T2IAdapterConfig& config) : config_(config), body(adapter_levels(config)) {
  torch::nn::ModuleDict adapter;
  if (config.kind != AdapterKind::light) {
    conv_in = nn::FrozenConv2d(config.picture_channels * config.downscale * config.downscale, config.channels.front());
    adapter->update({{"conv_in", conv_in.ptr()}});
  }
  adapter->update({{"body", body.ptr()}});
  register_module("adapter", adapter);
  eval();
}

std::vector<at::Tensor> T2IAdapterImpl::forward(const at::Tensor& picture, double scale) {
  if (picture.dim() != 4 || picture.size(1) != config_.picture_channels || picture.size(2) % config_.downscale != 0 ||
      picture.size(3) % config_.downscale != 0)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the adapter takes pictures of {} channels with sides that are multiples of {}",
                            config_.picture_channels, config_.downscale));
  const at::NoGradGuard constant;
  auto x = at::pixel_unshuffle(picture, config_.downscale).contiguous(at::MemoryFormat::ChannelsLast);
  if (conv_in) x = conv_in(x);
  std::vector<at::Tensor> features;
  for (const auto& level : *body) {
    x = level->as<AdapterLevelImpl>()->forward(x);
    features.push_back(x * scale);
  }
  return features;
}

T2IAdapter load_t2i_adapter(const std::filesystem::path& folder, std::optional<at::ScalarType> dtype) {
  const auto file = folder / "config.json";
  T2IAdapter adapter(t2i_adapter_config_of(read_component_json(file), file.string()));
  nn::fill(*adapter, read_component_weights(folder), {dtype, folder.string()});
  return adapter;
}

}  // namespace inkstone::sd
