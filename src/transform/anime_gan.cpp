#include "transform/anime_gan.hpp"

#include "models/anime_gan/anime_gan.hpp"
#include "transform/recalling_painter.hpp"

namespace inkstone::transform {

bool is_anime_gan_model(const ModelContent& content) {
  const StateDict* weights = content.weights_if_any();
  return weights && is_anime_gan(*weights);
}

std::unique_ptr<PictureNetwork> make_anime_gan2_painter(const ModelContent& content, const Compute& compute) {
  auto network = make_anime_gan(content.weights());
  // at the widest: twice the channels at full size, their border, convolution and norm
  const auto width = 3 * network->config().width;
  return std::make_unique<RecallingPainter<AnimeGan>>(std::move(network), compute.dtype, width, 0);
}

}  // namespace inkstone::transform
