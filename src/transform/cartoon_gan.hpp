// Kind `cartoongan`: photographs as an animator would draw them (models/cartoon_gan).
#pragma once

#include <memory>

#include "transform/open.hpp"

namespace inkstone::transform {

bool is_cartoon_gan_model(const ModelContent& content);
std::unique_ptr<PictureNetwork> make_cartoon_gan_painter(const ModelContent& content, const Compute& compute);

}  // namespace inkstone::transform
