#include "transform/fast_style.hpp"

#include "models/fast_style/fast_style.hpp"
#include "transform/recalling_painter.hpp"

namespace inkstone::transform {

bool is_fast_style_model(const ModelContent& content) {
  const StateDict* weights = content.weights_if_any();
  return weights && is_fast_style(*weights);
}

std::unique_ptr<PictureNetwork> make_fast_style_painter(const ModelContent& content, const Compute& compute) {
  auto network = make_fast_style(content.weights());
  const auto width = network->config().widths[0];
  return std::make_unique<RecallingPainter<FastStyle>>(std::move(network), compute.dtype, width);
}

}  // namespace inkstone::transform
