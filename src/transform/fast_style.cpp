#include "transform/fast_style.hpp"

#include <ATen/ATen.h>

#include "models/fast_style/fast_style.hpp"

namespace inkstone::transform {
namespace {

class FastStylePainter : public PictureNetwork {
 public:
  FastStylePainter(FastStyle network, at::ScalarType dtype) : network_(std::move(network)), dtype_(dtype) {}

  // At the widest there are the output of a convolution at full size, its swept copy and a share of what comes after.
  Geometry geometry() const override {
    const int64_t value = dtype_ == at::kBFloat16 ? 2 : 4;
    return {.multiple = 4, .bytes_per_pixel = 3 * network_->config().widths[0] * value + 64, .least = 16};
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
  FastStyle network_;
  at::ScalarType dtype_;
};

}  // namespace

bool is_fast_style_model(const ModelContent& content) {
  const StateDict* weights = content.weights_if_any();
  return weights && is_fast_style(*weights);
}

std::unique_ptr<PictureNetwork> make_fast_style_painter(const ModelContent& content, const Compute& compute) {
  return std::make_unique<FastStylePainter>(make_fast_style(content.weights()), compute.dtype);
}

}  // namespace inkstone::transform
