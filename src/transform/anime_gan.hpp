// Kind `animegan2`: photographs as frames of an animated film (models/anime_gan).
#pragma once

#include <memory>

#include "transform/open.hpp"

namespace inkstone::transform {

bool is_anime_gan_model(const ModelContent& content);
std::unique_ptr<PictureNetwork> make_anime_gan2_painter(const ModelContent& content, const Compute& compute);

}  // namespace inkstone::transform
