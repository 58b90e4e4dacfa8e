// Height and width of a picture in memory, in the order of a tensor's dimensions.
#pragma once

#include <cstdint>

namespace inkstone {

struct PictureSize {
  int64_t height = 0, width = 0;
  bool operator==(const PictureSize&) const = default;
};

}  // namespace inkstone
