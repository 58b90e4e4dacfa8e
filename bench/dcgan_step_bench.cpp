// One training step of DCGAN at 64x64, batch 64, on two threads, through the training loop's own step: the networks, losses and
// Adam of pytorch_dcgan_step.py; compare_dcgan_step runs both. INKSTONE_BENCH_THREADS sets another number of threads for either.
#include <sys/resource.h>

#include <cstdlib>

#include <ATen/ATen.h>
#include <benchmark/benchmark.h>

#include "families/dcgan/dcgan.hpp"
#include "tensor/compute.hpp"
#include "train/processes.hpp"
#include "train/step.hpp"

namespace {

using namespace inkstone;

constexpr int64_t kBatch = 64;

double peak_gib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / (1 << 20);
}

std::map<std::string, TrainedNetwork> with_adam(Family& family) {
  LoopOptions options;
  options.beta1 = 0.5;
  std::map<std::string, TrainedNetwork> networks;
  for (auto& network : family.networks()) {
    std::vector<NamedParameter> parameters;
    for (auto& p : network.module->named_parameters()) parameters.push_back({p.key(), p.value()});
    networks[network.name] = {network, make_optimizer(options, std::move(parameters))};
  }
  return networks;
}

void train(benchmark::State& state, bool bf16) {
  at::manual_seed(0);
  const auto family = make_dcgan({}, {3, 64, 64, {}});
  auto networks = with_adam(*family);
  const auto processes = join_processes({});
  Meters meters;
  Batch batch;
  batch.pictures = at::rand({kBatch, 3, 64, 64}) * 2 - 1;
  batch.labels = at::full({kBatch}, -1, at::kLong);
  int64_t number = 0;
  const auto train_once = [&] {
    LoopStep step({number, 2e-4, 0, 1, bf16}, StepNoise(0, number, {0, kBatch, kBatch}, at::kCPU), networks, *processes, meters);
    family->step(batch, step);
    ++number;
  };
  train_once();  // kernels are generated, memory is fetched
  for (auto _ : state) train_once();
  state.counters["images_per_s"] =
      benchmark::Counter(static_cast<double>(kBatch * state.iterations()), benchmark::Counter::kIsRate);
  state.counters["peak_GiB"] = peak_gib();
}

}  // namespace

int main(int argc, char** argv) {
  const char* threads = std::getenv("INKSTONE_BENCH_THREADS");
  start_compute(threads != nullptr ? std::atoi(threads) : 2);
  for (const bool bf16 : {true, false})
    benchmark::RegisterBenchmark(bf16 ? "bf16" : "f32", [bf16](benchmark::State& state) { train(state, bf16); })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime()
        ->Iterations(5);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
