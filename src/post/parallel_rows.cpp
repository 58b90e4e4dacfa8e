#include "post/parallel_rows.hpp"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <thread>
#include <vector>

namespace inkstone::post {
namespace {

constexpr int kRowsWorthAThread = 16;

int stripes_for(int rows) {
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return std::clamp(rows / kRowsWorthAThread, 1, cores);
}

}  // namespace

void parallel_stripes(int rows, const std::function<void(int begin, int end)>& body) {
  const int stripes = stripes_for(rows);
  std::vector<std::exception_ptr> failures(stripes);
  const auto run = [&](int i) {
    try {
      body(static_cast<int>(std::int64_t(rows) * i / stripes), static_cast<int>(std::int64_t(rows) * (i + 1) / stripes));
    } catch (...) {
      failures[i] = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 1; i < stripes; ++i) threads.emplace_back(run, i);
    run(0);
  }
  for (const auto& failure : failures)
    if (failure) std::rethrow_exception(failure);
}

}  // namespace inkstone::post
