// T2I-Adapter (Mou et al. 2023): a small network of its own that turns a picture of edges, depth or poses into features for every
// level of the U-Net's way down; it runs once per picture, not once per step. Names as in diffusers' T2IAdapter.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <torch/nn.h>
#include <nlohmann/json_fwd.hpp>

#include "nn/frozen.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone::sd {

enum class AdapterKind { full, full_xl, light };

struct T2IAdapterConfig {
  AdapterKind kind = AdapterKind::full;
  int64_t picture_channels = 3;
  std::vector<int64_t> channels = {320, 640, 1280, 1280};
  int64_t blocks = 2;     // residual blocks to a level
  int64_t downscale = 8;  // pixels of a side folded into channels first
};

// Throws unsupported, corrupt_file.
T2IAdapterConfig t2i_adapter_config_of(const nlohmann::json& config, const std::string& origin);

class T2IAdapterImpl : public torch::nn::Module {
 public:
  // Unfilled: nn::fill gives it weights.
  explicit T2IAdapterImpl(const T2IAdapterConfig& config);

  // picture [N,C,8H,8W] in [0,1], sides multiples of downscale (else bad_argument) -> features for Residuals::adapter, times
  // scale.
  std::vector<at::Tensor> forward(const at::Tensor& picture, double scale = 1);

  const T2IAdapterConfig& config() const { return config_; }

 private:
  T2IAdapterConfig config_;
  nn::FrozenConv2d conv_in{nullptr};
  torch::nn::ModuleList body;
};
TORCH_MODULE(T2IAdapter);

// A diffusers folder, filled. Throws not_found, io, corrupt_file, unsupported.
T2IAdapter load_t2i_adapter(const std::filesystem::path& folder, std::optional<at::ScalarType> dtype = {});

}  // namespace inkstone::sd
