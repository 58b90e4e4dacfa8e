// Kind `microast`: arbitrary style by MicroAST (models/microast), whose weights are four files in one folder.
#pragma once

#include <memory>

#include "transform/open.hpp"

namespace inkstone::transform {

bool is_microast_model(const ModelContent& content);
std::unique_ptr<PictureNetwork> make_microast_painter(const ModelContent& content, const Compute& compute);

}  // namespace inkstone::transform
