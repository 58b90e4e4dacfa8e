// A picture being read from top to bottom, whatever its format: the decoder pulls rows and either keeps them all or
// scales them down as they come. Private to the image layer.
#pragma once

#include "image/decode.hpp"

namespace inkstone {

class RowReader {
 public:
  virtual ~RowReader() = default;

  // As stored: width and height before orientation is applied.
  virtual ImageInfo info() const = 0;

  // False where the decoder must hold the whole picture anyway (interlaced, progressive, WebP, HEIF).
  virtual bool streams() const = 0;

  // The next count rows, 3 or 4 channels as info().alpha says, sRGB-encoded in [0,1]. Throws corrupt_file, unsupported.
  virtual void read(int count, float* rows) = 0;
};

}  // namespace inkstone
