// Networks that normalise by the whole picture as painters: what FastStyle, CartoonGan and AnimeGan have in common.
#pragma once

#include <utility>

#include <ATen/ATen.h>

#include "nn/picture_convolution.hpp"
#include "transform/picture_network.hpp"

namespace inkstone::transform {

// Network: a holder of a module with forward(picture, dtype) and set_recall; width: its channels at full size; margin: as in
// Geometry.
template <class Network>
class RecallingPainter : public PictureNetwork {
 public:
  RecallingPainter(Network network, at::ScalarType dtype, int64_t width, int64_t margin)
      : network_(std::move(network)), dtype_(dtype), width_(width), margin_(margin) {}

  // At the widest there are the output of a convolution at full size, its swept copy and a share of what comes after.
  Geometry geometry() const override {
    const int64_t value = dtype_ == at::kBFloat16 ? 2 : 4;
    return {.multiple = 4, .bytes_per_pixel = 3 * width_ * value + 64, .least = 16, .margin = margin_};
  }

  at::Tensor forward(const at::Tensor& picture) override {
    const at::NoGradGuard frozen;
    return network_->forward(picture, dtype_);
  }

  void begin_tiles(const at::Tensor& overview) override {
    network_->set_recall(nn::Recall::keep);
    forward(overview);
    network_->set_recall(nn::Recall::use);
  }
  void end_tiles() override { network_->set_recall(nn::Recall::off); }

 private:
  Network network_;
  at::ScalarType dtype_;
  int64_t width_, margin_;
};

}  // namespace inkstone::transform
