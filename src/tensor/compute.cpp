#include "tensor/compute.hpp"

#include <limits>
#include <thread>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <ATen/Parallel.h>

#include "tensor/block_allocator.hpp"

namespace inkstone {

void start_compute(int threads) {
  if (threads <= 0) threads = static_cast<int>(std::thread::hardware_concurrency());
  if (threads > 0) at::set_num_threads(threads);
#ifdef __GLIBC__
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
#endif
  keep_large_blocks();
}

}  // namespace inkstone
