// Samples as a network takes them: one tensor of pictures of one size, with what is known about each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace inkstone {

struct Batch {
  at::Tensor pictures;                // float32 [N,C,H,W] in [-1,1]
  at::Tensor labels;                  // int64 [N]; -1: none
  std::vector<std::string> captions;  // N, or empty where the data set has none
  int64_t first_draw = 0;             // number of the first sample in the endless stream of draws; the others follow

  int64_t size() const { return pictures.defined() ? pictures.size(0) : 0; }
  // Samples [first, first + count), sharing memory.
  Batch part(int64_t first, int64_t count) const;
};

// Batches by number, without end: batch b of every epoch is a pure function of (seed, b), which is why a checkpoint holds
// the number of the next batch and nothing else about data.
class BatchSource {
 public:
  virtual ~BatchSource() = default;
  // Blocks until the batch is there; asking in order is quick because the next ones are prepared meanwhile.
  virtual Batch get(int64_t number) = 0;
  virtual int64_t batches_per_epoch() const = 0;  // at least 1
};

}  // namespace inkstone
