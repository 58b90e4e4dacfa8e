#include "transform/fast_style.hpp"

#include "models/fast_style/fast_style.hpp"
#include "transform/recalling_painter.hpp"
#include "weights/safetensors.hpp"

namespace inkstone::transform {
namespace {

constexpr int64_t kMargin = 40;  // what la_muse and rain_princess spoil along the edges, where TensorFlow's zeros begin

std::unique_ptr<PictureNetwork> painter_of(const StateDict& weights, const Compute& compute) {
  auto network = make_fast_style(weights);
  const auto config = network->config();
  return std::make_unique<RecallingPainter<FastStyle>>(std::move(network), compute.dtype, config.widths[0],
                                                       config.tensorflow ? kMargin : 0);
}

}  // namespace

bool is_fast_style_model(const ModelContent& content) {
  const StateDict* weights = content.weights_if_any();
  return weights && is_fast_style(*weights);
}

std::unique_ptr<PictureNetwork> make_fast_style_painter(const ModelContent& content, const Compute& compute) {
  return painter_of(content.weights(), compute);
}

std::unique_ptr<PictureNetwork> make_embedded_style(Bytes weights, const Compute& compute) {
  return painter_of(read_safetensors(weights), compute);
}

}  // namespace inkstone::transform
