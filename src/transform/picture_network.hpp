// What every painter that looks at one picture and gives one picture is, whatever its network: styles, cartoons, upscalers,
// restorers. run() (transform/tiled.hpp) cuts, pads, turns and clamps, so that a network sees only pictures that suit it.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace inkstone::transform {

struct Geometry {
  int64_t scale = 1;     // output pixels per input pixel along a side
  int64_t multiple = 1;  // both input sides must be multiples of this; run() pads by mirroring and crops
  int64_t reach = 0;  // input pixels to each side that an output pixel may depend on, where tiles are exact; 0: the whole picture
                      // (instance normalisation). Tiles are still used beyond the memory limit, with a wide feathered overlap
  int64_t bytes_per_pixel = 512;  // working memory at the peak, per input pixel; what tiles are chosen by
  int64_t least = 1;              // smallest input side that the network can take; run() pads smaller pictures by mirroring
  int64_t margin = 0;  // pixels that run() mirrors around the picture and cuts off the painting: some networks paint a frame
                       // where their zero borders begin
};

class PictureNetwork {
 public:
  virtual ~PictureNetwork() = default;
  virtual Geometry geometry() const = 0;

  // picture [1,3,H,W] float32 RGB in [0,1] -> [1,3,scale*H,scale*W] float32 RGB, about [0,1].
  virtual at::Tensor forward(const at::Tensor& picture) = 0;

  // Called before tiles of a picture that reach 0 forbids to cut exactly: the whole picture, scaled down to what memory allows. A
  // network that keeps its statistics (means and deviations) from here paints every tile of the picture alike. end_tiles()
  // forgets them.
  virtual void begin_tiles(const at::Tensor& overview) {}
  virtual void end_tiles() {}
};

}  // namespace inkstone::transform
