// Kind `adain`: arbitrary style by AdaIN (models/adain): a decoder trained here, or the published folder of decoder.pth and
// vgg_normalised.pth.
#pragma once

#include <memory>

#include "transform/open.hpp"

namespace inkstone::transform {

bool is_adain_model(const ModelContent& content);
// Throws not_found where the network that the decoder was trained with is not on disk, corrupt_file.
std::unique_ptr<PictureNetwork> make_adain_painter(const ModelContent& content, const Compute& compute);

}  // namespace inkstone::transform
