// How this process computes: threads and memory, set once at start-up.
#pragma once

namespace inkstone {

// threads 0: one per core (Debian's libtorch starts with a single one). Also tells the allocator to keep what large
// tensors give back: fetching fresh pages from the kernel costs a quarter of a style transfer step.
void start_compute(int threads);

}  // namespace inkstone
