// A picture of noise, to be drawn within a property.
#pragma once

#include <cstdint>

#include <rapidcheck.h>

#include "inkstone/image.hpp"

namespace inkstone {

// Of 1 to `largest` pixels a side, with the values that this many bits can hold.
inline Image drawn_picture(int channels, int bits, int largest = 40) {
  Image picture(*rc::gen::inRange(1, largest + 1), *rc::gen::inRange(1, largest + 1), channels);
  const int white = bits == 8 ? 255 : 65535;
  std::uint32_t state = *rc::gen::arbitrary<std::uint32_t>() | 1;
  for (auto& value : picture.pixels) {
    state = state * 1664525u + 1013904223u;
    value = float(int(state >> 8) % (white + 1)) / float(white);
  }
  return picture;
}

}  // namespace inkstone
