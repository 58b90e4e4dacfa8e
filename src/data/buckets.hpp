// Aspect-ratio buckets: pictures of like shape share batches, so that a landscape is trained on as a landscape. Which
// pictures a batch holds is a pure function of (seed, number of the batch). NovelAI, "Improvements on Stable
// Diffusion", 2022.
#pragma once

#include <cstdint>
#include <vector>

#include "data/dataset.hpp"

namespace inkstone {

// Sizes whose sides are multiples of step, of at most area.height * area.width pixels, none longer than three times its
// other side; the nearest shape of each width. Throws bad_argument where area does not hold step x step.
std::vector<PictureSize> bucket_sizes(PictureSize area, int64_t step);

class BucketPlan {
 public:
  // Asks the size of every picture. batch: samples per (joint) batch.
  BucketPlan(const Dataset& dataset, PictureSize area, int64_t step, int64_t batch, uint64_t seed, bool shuffle);

  int64_t batches_per_epoch() const { return static_cast<int64_t>(slots_.size()); }
  PictureSize size_of_batch(int64_t number) const;
  // The sample at place 0 <= place < batch of a batch. A bucket's last batch of an epoch is filled from its next epoch.
  int64_t index(int64_t number, int64_t place) const;

 private:
  struct Bucket {
    PictureSize size;
    std::vector<int64_t> members;
    int64_t batches = 0;  // per epoch
  };
  struct Slot {
    std::size_t bucket = 0;
    int64_t number = 0;  // among the bucket's batches of an epoch
  };
  const Slot& slot(int64_t number) const;

  std::vector<Bucket> buckets_;
  std::vector<Slot> slots_;
  int64_t batch_;
  uint64_t seed_;
  bool shuffle_;
};

}  // namespace inkstone
