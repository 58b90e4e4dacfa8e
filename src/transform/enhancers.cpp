#include "transform/enhancers.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "inkstone/error.hpp"
#include "models/dncnn/dncnn.hpp"
#include "models/esrgan/rdn.hpp"
#include "models/esrgan/rrdb.hpp"
#include "models/srvgg/embedded_weights.hpp"
#include "models/srvgg/srvgg_file.hpp"
#include "weights/safetensors.hpp"

namespace inkstone::transform {
namespace {

int64_t bytes_of(at::ScalarType dtype) {
  return dtype == at::kBFloat16 ? 2 : 4;
}

at::Tensor laid_out(const at::Tensor& picture, at::ScalarType dtype) {
  return picture.to(dtype).contiguous(at::MemoryFormat::ChannelsLast);
}

class RdnUpscaler : public PictureNetwork {
 public:
  RdnUpscaler(Rdn network, at::ScalarType dtype) : network_(std::move(network)), dtype_(dtype) {}

  // The first features, a block's input and its sum, what is fused so far, one result more, and the layers of a block joined.
  Geometry geometry() const override {
    const auto& c = network_->config;
    const int64_t values = 6 * c.features + 2 * c.convolutions * c.growth;
    return {.scale = c.scale,
            .reach = c.blocks * c.convolutions + 8,
            .bytes_per_pixel = values * bytes_of(dtype_) + 40 * c.scale * c.scale};
  }
  at::Tensor forward(const at::Tensor& picture) override {
    const at::NoGradGuard frozen;
    return network_->forward(laid_out(picture, dtype_));
  }

 private:
  Rdn network_;
  at::ScalarType dtype_;
};

class RrdbUpscaler : public PictureNetwork {
 public:
  RrdbUpscaler(RrdbNet network, at::ScalarType dtype) : network_(std::move(network)), dtype_(dtype) {}

  // The exact reach (3 blocks of 5 convolutions, 23 times) is wider than any tile; what lies farther than this many pixels
  // changes no value by a step of 8 bits in practice (tests/unit/transform/enhancers_test.cpp measures it), and fifty times what
  // others overlap by.
  static constexpr int64_t kPracticalReach = 32;

  Geometry geometry() const override {
    const auto& c = network_->config;
    const int64_t inside = (3 * c.features + 3 * (c.features + 4 * c.growth)) / (c.unshuffle * c.unshuffle);
    const int64_t outside = 3 * c.scale() * c.scale() * (c.subpixel > 0 ? 8 : c.features);
    const int64_t exact = (kConvolutionsPerBlock * c.blocks + 6) * c.unshuffle;
    return {.scale = c.scale(),
            .multiple = c.unshuffle,
            .reach = std::min(exact, kPracticalReach * c.unshuffle),
            .bytes_per_pixel = (inside + outside) * bytes_of(dtype_)};
  }
  at::Tensor forward(const at::Tensor& picture) override {
    const at::NoGradGuard frozen;
    return network_->forward(laid_out(picture, dtype_));
  }

 private:
  static constexpr int64_t kConvolutionsPerBlock = 15;
  RrdbNet network_;
  at::ScalarType dtype_;
};

class CompactEnhancer : public PictureNetwork {
 public:
  CompactEnhancer(SrvggNet network, at::ScalarType dtype) : network_(std::move(network)), dtype_(dtype) {}

  Geometry geometry() const override {
    const auto& c = network_->config;
    const int64_t cell = c.unshuffle * c.unshuffle, pixels = c.scale * c.scale;
    return {.scale = c.scale,
            .multiple = c.unshuffle,
            .reach = (c.convolutions + 2) * c.unshuffle,
            .bytes_per_pixel = 4 * c.features * bytes_of(dtype_) / cell + 40 * pixels};
  }
  at::Tensor forward(const at::Tensor& picture) override {
    const at::NoGradGuard frozen;
    return network_->forward(picture, dtype_);
  }

 private:
  SrvggNet network_;
  at::ScalarType dtype_;
};

class DncnnDenoiser : public PictureNetwork {
 public:
  DncnnDenoiser(Dncnn network, at::ScalarType dtype) : network_(std::move(network)), dtype_(dtype) {}

  Geometry geometry() const override {
    const auto& c = network_->config;
    const int64_t times = c.channels == 1 ? 3 : 1;
    return {.reach = c.convolutions, .bytes_per_pixel = 3 * times * c.features * bytes_of(dtype_)};
  }
  at::Tensor forward(const at::Tensor& picture) override {
    const at::NoGradGuard frozen;
    return network_->forward(picture, dtype_);
  }

 private:
  Dncnn network_;
  at::ScalarType dtype_;
};

// "params_ema." and "params." of BasicSR, "module." of data parallel training; the averaged weights where both are there.
const StateDict& unwrapped(const ModelContent& content, StateDict& kept) {
  const auto& weights = content.weights();
  for (const std::string prefix : {"params_ema.", "params.", "module."}) {
    for (const auto& [name, tensor] : weights.tensors)
      if (name.starts_with(prefix)) kept.tensors[name.substr(prefix.size())] = tensor;
    if (!kept.tensors.empty()) return kept;
  }
  return weights;
}

template <class Test>
bool recognised(const ModelContent& content, Test&& test) {
  if (!content.weights_if_any()) return false;
  StateDict kept;
  return test(unwrapped(content, kept));
}

}  // namespace

bool is_esrgan_model(const ModelContent& content) {
  return recognised(content, [](const StateDict& weights) { return is_rdn(weights) || is_rrdb(weights); });
}

std::unique_ptr<PictureNetwork> make_esrgan_upscaler(const ModelContent& content, const Compute& compute) {
  StateDict kept;
  const auto& weights = unwrapped(content, kept);
  if (is_rdn(weights)) return std::make_unique<RdnUpscaler>(make_rdn(weights), compute.dtype);
  return std::make_unique<RrdbUpscaler>(make_rrdb(weights), compute.dtype);
}

bool is_compact_model(const ModelContent& content) {
  return recognised(content, [](const StateDict& weights) { return is_srvgg(weights); });
}

std::unique_ptr<PictureNetwork> make_compact_enhancer(const ModelContent& content, const Compute& compute) {
  StateDict kept;
  return std::make_unique<CompactEnhancer>(make_srvgg(unwrapped(content, kept)), compute.dtype);
}

std::unique_ptr<PictureNetwork> make_embedded_enhancer(const std::string& name, const Compute& compute) {
  const auto bytes = embedded_enhancer(name);
  if (bytes.empty()) return nullptr;
  return std::make_unique<CompactEnhancer>(make_srvgg(read_safetensors(bytes)), compute.dtype);
}

bool is_dncnn_model(const ModelContent& content) {
  return recognised(content, [](const StateDict& weights) { return is_dncnn(weights); });
}

std::unique_ptr<PictureNetwork> make_dncnn_denoiser(const ModelContent& content, const Compute& compute) {
  StateDict kept;
  return std::make_unique<DncnnDenoiser>(make_dncnn(unwrapped(content, kept)), compute.dtype);
}

}  // namespace inkstone::transform
