// A picture of any size through a network: in tiles where memory asks for it, without seams; mirrored to the sides that the
// network wants; optionally as the mean over the eight orientations of a square (test-time augmentation, Timofte et al. 2016).
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "inkstone/observer.hpp"
#include "transform/picture_network.hpp"

namespace inkstone::transform {

struct TileOptions {
  int64_t tile = 0;                   // largest side of a tile in input pixels, overlap included; 0: chosen by memory
  int64_t memory = int64_t(2) << 30;  // bytes that the network may work in, where tile is 0
  bool tta = false;                   // mean over flips and turns: eight times the work
  bool margin = true;                 // the network's margin, where it wants one
};

// picture [1,3,H,W] float32 in [0,1] -> [1,3,scale*H,scale*W] float32, clamped to [0,1]. Equal to one pass over the whole, margin
// included, within rounding where the network's reach is known. Blocks; progress in tiles. Throws cancelled where the observer
// asks to stop between tiles, bad_argument for a tile that is too small for the network, unsupported where the network gives
// something that is no picture.
at::Tensor run(PictureNetwork& network, const at::Tensor& picture, const TileOptions& options, Observer& observer);

}  // namespace inkstone::transform
