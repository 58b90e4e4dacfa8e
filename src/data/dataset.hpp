// Pictures by number: what training, evaluation and packing read. A data set is immutable and get() is a pure function, so
// that loading can run in any number of threads and a run can be resumed from a draw number alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "data/picture_size.hpp"

namespace inkstone {

struct Sample {
  at::Tensor picture;   // uint8 [C,H,W], C = 1 or 3, sRGB
  int64_t label = -1;   // index into Dataset::classes(); -1: none
  std::string caption;  // UTF-8; empty: none
};

// Every method may be called from several threads at once. A sample that cannot be read throws corrupt_file: sources
// leave such files out when they are opened, and say so.
class Dataset {
 public:
  virtual ~Dataset() = default;

  virtual int64_t size() const = 0;
  virtual Sample get(int64_t index) const = 0;  // 0 <= index < size()

  // Of the stored picture, before it is cut to what a network wants; sources that know it without decoding say so.
  virtual PictureSize picture_size(int64_t index) const {
    const auto picture = get(index).picture;
    return {picture.size(1), picture.size(2)};
  }

  // Names of the labels in order; empty where samples have none.
  virtual std::vector<std::string> classes() const { return {}; }
};

}  // namespace inkstone
