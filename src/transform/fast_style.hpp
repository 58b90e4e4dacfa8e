// Kind `fast-style`: feed-forward style networks (models/fast_style) as painters.
#pragma once

#include <memory>

#include "core/files.hpp"
#include "transform/open.hpp"

namespace inkstone::transform {

bool is_fast_style_model(const ModelContent& content);
std::unique_ptr<PictureNetwork> make_fast_style_painter(const ModelContent& content, const Compute& compute);

// weights: of a safetensors file in memory.
std::unique_ptr<PictureNetwork> make_embedded_style(Bytes weights, const Compute& compute);

}  // namespace inkstone::transform
