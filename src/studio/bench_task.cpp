#include "studio/bench_task.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "core/memory.hpp"
#include "studio/picture_networks.hpp"
#include "transform/arbitrary_style.hpp"
#include "transform/tiled.hpp"

namespace inkstone::studio {
namespace {

// Waves of several lengths in every channel: neither flat, which some networks find easy, nor noise.
at::Tensor bench_picture(int64_t side) {
  const auto c = at::arange(3.0).view({3, 1, 1}), y = at::arange(double(side)).view({side, 1}), x = at::arange(double(side));
  return ((1 + at::sin(0.37 * x + 0.11 * y * (c + 1) + c) * at::cos(0.023 * y - 0.05 * x)) / 2)
      .to(at::kFloat)
      .unsqueeze(0)
      .contiguous();
}

}  // namespace

BenchReport run_bench(const BenchRequest& request, Observer& observer) {
  const auto loaded = open_picture_network(request.model, request.type, NetworkTask::any);
  if (auto* arbitrary = dynamic_cast<transform::ArbitraryStyle*>(loaded.network.get()))
    arbitrary->set_styles({{bench_picture(256), 1}}, 1);
  const auto picture = bench_picture(request.size);
  Observer silent;
  const transform::TileOptions options{.tile = request.tile_size,
                                       .margin = false};  // the network's own work, as other runtimes are timed
  transform::run(*loaded.network, picture, options, silent);
  BenchReport report;
  std::vector<double> processor;
  for (int run = 0; run < request.runs && !observer.stop_requested(); ++run) {
    const auto start = std::chrono::steady_clock::now();
    const auto worked = std::clock();
    transform::run(*loaded.network, picture, options, silent);
    processor.push_back(1000.0 * double(std::clock() - worked) / CLOCKS_PER_SEC);
    report.milliseconds.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  if (report.milliseconds.empty()) throw Error(ErrorCategory::cancelled, "stopped before the first run");
  std::sort(report.milliseconds.begin(), report.milliseconds.end());
  std::sort(processor.begin(), processor.end());
  report.processor_milliseconds = processor[processor.size() / 2];
  report.model = loaded.name;
  report.peak_bytes = peak_memory();
  report.threads = at::get_num_threads();
  return report;
}

}  // namespace inkstone::studio
