// From a data set to batches: the draws of the endless stream, cut into batches, decoded and augmented by worker threads
// ahead of the one that trains. Batch b is the same whatever the workers, the prefetch and the order of asking.
#pragma once

#include <memory>

#include "data/augment.hpp"
#include "data/batch.hpp"
#include "data/dataset.hpp"

namespace inkstone {

struct LoaderOptions {
  int64_t batch = 32;           // samples of the joint batch over all processes; a multiple of world
  int64_t rank = 0, world = 1;  // get(b) gives the draws b*batch + rank*batch/world and on, batch/world of them
  uint64_t seed = 0;
  int64_t channels = 3, height = 0, width = 0;  // of the pictures in a batch; height and width 0: as the first sample has them
  AugmentOptions augment = {};
  int workers = 1;       // threads; 0: batches are made in get()
  int64_t prefetch = 4;  // batches kept ready
  bool shuffle = true;
  bool independent = false;  // each picture is in a batch with probability batch / size, whatever the others: batches of
                             // differing size, private training's
  int64_t bucket_step = 0;   // above 0: batches of several shapes (data/buckets.hpp), height * width pixels at most
};

// Throws bad_argument: an empty data set, a batch that is no multiple of world, a size below 1. What goes wrong while a batch
// is made (a file that has gone, channels that differ) is thrown by get() of that batch.
std::unique_ptr<BatchSource> make_loader(std::shared_ptr<const Dataset> dataset, LoaderOptions options);

}  // namespace inkstone
