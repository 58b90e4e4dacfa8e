#include "transform/cartoon_gan.hpp"

#include "models/cartoon_gan/cartoon_gan.hpp"
#include "transform/recalling_painter.hpp"

namespace inkstone::transform {
namespace {

constexpr int64_t kCartoonMargin = 16;  // its zero borders show as a dark line

}  // namespace

bool is_cartoon_gan_model(const ModelContent& content) {
  const StateDict* weights = content.weights_if_any();
  return weights && is_cartoon_gan(*weights);
}

std::unique_ptr<PictureNetwork> make_cartoon_gan_painter(const ModelContent& content, const Compute& compute) {
  auto network = make_cartoon_gan(content.weights());
  const auto width = network->config().width;
  return std::make_unique<RecallingPainter<CartoonGan>>(std::move(network), compute.dtype, width, kCartoonMargin);
}

}  // namespace inkstone::transform
