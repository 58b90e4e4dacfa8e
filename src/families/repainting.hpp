// What the families share whose networks turn a photograph into a picture: fast style, AdaIN, cartoons, enhancers.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "train/family.hpp"

namespace inkstone {

// Pictures of a batch, in [-1,1], as networks that repaint take them, in [0,1].
at::Tensor unit_range(const at::Tensor& pictures);

// Peak signal-to-noise ratio in decibels of pictures in [0,1], to which range got is held; the mean over the batch.
double decibels(const at::Tensor& got, const at::Tensor& wanted);

// A sheet of examples [rows * columns,C,H,W] in [-1,1] on the CPU, rows in turn: pictures of the batch, and what remade makes of
// them. remade(pictures in [-1,1], the place of the first) -> pictures in [-1,1].
at::Tensor rows_in_turn(const Batch& examples, int64_t rows, int64_t columns,
                        const std::function<at::Tensor(const at::Tensor& pictures, int64_t first)>& remade);

// Throws bad_argument, naming the network ("a style network"), unless pictures are in colour.
void check_colour(const PictureShape& shape, const std::string& network);
// The same, and that their sides are multiples of this, at least 32.
void check_photographs(const PictureShape& shape, const std::string& network, int64_t multiple);

}  // namespace inkstone
