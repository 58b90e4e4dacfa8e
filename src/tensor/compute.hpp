// How this process computes: threads and memory, set once at start-up.
#pragma once

namespace inkstone {

// threads 0: one per core (Debian's libtorch starts with a single one). Also tells the allocators to keep
// what tensors give back (tensor/block_allocator.hpp).
void start_compute(int threads);

}  // namespace inkstone
