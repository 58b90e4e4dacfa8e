// Kind `graph`: any ONNX or TensorFlow.js graph that takes a picture and gives a picture (models/graph). What its file does not
// say is found out when it is opened: which sizes it takes and gives from dry runs, the range of its numbers by trying a drawn
// picture in the usual ones and looking which answer resembles it.
#pragma once

#include <memory>

#include "transform/open.hpp"

namespace inkstone::transform {

bool is_graph_model(const ModelContent& content);
// Throws unsupported where it takes or gives something else than one RGB picture, or where no usual range gives a picture; what
// the graph's reader and network throw.
std::unique_ptr<PictureNetwork> make_graph_painter(const ModelContent& content, const Compute& compute);

// Kinds whose conventions are known, so that nothing is tried: AnimeGAN's generators paint -1 to 1, MAXIM restores 0 to 1.
std::unique_ptr<PictureNetwork> make_anime_gan_painter(const ModelContent& content, const Compute& compute);
std::unique_ptr<PictureNetwork> make_maxim_restorer(const ModelContent& content, const Compute& compute);

}  // namespace inkstone::transform
