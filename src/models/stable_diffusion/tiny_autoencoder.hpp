// Tiny autoencoders (madebyollin/taesd): a few small convolutions that imitate a large autoencoder, for live previews and quick
// decoding. Names as in diffusers' AutoencoderTiny; the later ones have a pooled branch in the blocks at the smallest size, as
// the original files name it.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include <torch/nn.h>

#include "nn/frozen.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone::sd {

struct TinyAutoencoderConfig {
  int64_t in_channels = 3, out_channels = 3, latent_channels = 4;
  std::vector<int64_t> encoder_channels = {64, 64, 64, 64}, decoder_channels = {64, 64, 64, 64};
  std::vector<int64_t> encoder_blocks = {1, 3, 3, 3}, decoder_blocks = {3, 3, 3, 1};
  bool pooled = false;  // in the blocks of the smallest size

  int64_t downscale() const { return int64_t(1) << (encoder_channels.size() - 1); }
};

// relu(conv(y) + y), y = x + pool(x) where there is a pooled branch.
class TinyBlockImpl : public torch::nn::Module {
 public:
  TinyBlockImpl(int64_t channels, bool pooled);
  at::Tensor forward(const at::Tensor& x);

 private:
  at::Tensor pool(const at::Tensor& x);

  nn::FrozenConv2d conv0, conv2, conv4, pool0{nullptr}, pool3{nullptr};
  nn::FrozenGroupNorm pool1{nullptr};
};
TORCH_MODULE(TinyBlock);

// Numbered layers, some without parameters.
class TinyLayersImpl : public torch::nn::Module {
 public:
  void add_convolution(int64_t in, int64_t out, int64_t stride, bool bias);
  void add_block(int64_t channels, bool pooled);
  void add_rectifier() { steps_.push_back({Step::rectify, nullptr}); }
  void add_doubling() { steps_.push_back({Step::double_size, nullptr}); }
  void finish();  // registers the layers, after the last is added
  at::Tensor forward(at::Tensor x);

 private:
  enum class Step { convolve, block, rectify, double_size };
  std::vector<std::pair<Step, std::shared_ptr<torch::nn::Module>>> steps_;
};
TORCH_MODULE(TinyLayers);

class TinyAutoencoderImpl : public torch::nn::Module {
 public:
  explicit TinyAutoencoderImpl(const TinyAutoencoderConfig& config);

  // Pictures in [-1,1], [N,3,H,W] with sides that are multiples of downscale() (else bad_argument) -> the U-Net's latents, not
  // those of the large autoencoder: they are scaled already.
  at::Tensor encode(const at::Tensor& pictures);
  // [N,latent,H,W] -> pictures about [-1,1], not clamped.
  at::Tensor decode(const at::Tensor& latents);

  const TinyAutoencoderConfig& config() const { return config_; }

 private:
  TinyAutoencoderConfig config_;
  TinyLayers encoder, decoder;
};
TORCH_MODULE(TinyAutoencoder);

// Sizes told from tensors in diffusers' names. Throws corrupt_file.
TinyAutoencoderConfig recognise_tiny_autoencoder(const StateDict& weights);

// A diffusers folder, a file with both halves (`encoder.`, `decoder.`), or one of two files that differ by "encoder" and
// "decoder" in their names, as the original are; filled. Throws not_found, io, corrupt_file.
TinyAutoencoder load_tiny_autoencoder(const std::filesystem::path& path, std::optional<at::ScalarType> dtype = {});

}  // namespace inkstone::sd
