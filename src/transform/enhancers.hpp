// The kinds of networks that upscale and restore: ESRGAN's residual dense networks, RRDB, Real-ESRGAN's compact one (and those
// trained here), DnCNN.
#pragma once

#include "transform/open.hpp"

namespace inkstone::transform {

bool is_esrgan_model(const ModelContent& content);
std::unique_ptr<PictureNetwork> make_esrgan_upscaler(const ModelContent& content, const Compute& compute);

bool is_compact_model(const ModelContent& content);
std::unique_ptr<PictureNetwork> make_compact_enhancer(const ModelContent& content, const Compute& compute);

// Those that travel with the program: "super-resolution-x2", "restorer". Null for another name.
std::unique_ptr<PictureNetwork> make_embedded_enhancer(const std::string& name, const Compute& compute);

bool is_dncnn_model(const ModelContent& content);
std::unique_ptr<PictureNetwork> make_dncnn_denoiser(const ModelContent& content, const Compute& compute);

}  // namespace inkstone::transform
