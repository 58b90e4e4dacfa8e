// Many small tasks on a few threads, their results taken in order: decoding ten thousand files while one thread writes
// what comes out.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace inkstone {

// Calls make(i) for 0 <= i < count on `threads` threads, and take(i, result) on this one, in order, no further behind than a few
// dozen results. What make throws is thrown here, once the results before it are taken; take may throw to end the work.
template <class Make, class Take>
void work_in_order(std::size_t count, int threads, Make&& make, Take&& take) {
  using Result = std::decay_t<std::invoke_result_t<Make&, std::size_t>>;
  constexpr std::size_t kPerThread = 16;
  const auto workers = static_cast<std::size_t>(std::max(threads, 1));
  for (std::size_t first = 0; first < count; first += workers * kPerThread) {
    const std::size_t size = std::min(workers * kPerThread, count - first);
    std::vector<std::optional<Result>> results(size);
    std::vector<std::exception_ptr> errors(size);
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
      for (std::size_t i = next++; i < size; i = next++) try {
          results[i].emplace(make(first + i));
        } catch (...) {
          errors[i] = std::current_exception();
        }
    };
    {
      std::vector<std::jthread> helpers;
      for (std::size_t t = 1; t < std::min(workers, size); ++t) helpers.emplace_back(work);
      work();
    }
    for (std::size_t i = 0; i < size; ++i) {
      if (errors[i]) std::rethrow_exception(errors[i]);
      take(first + i, std::move(*results[i]));
    }
  }
}

}  // namespace inkstone
