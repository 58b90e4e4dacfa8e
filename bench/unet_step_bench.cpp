// One training step of the diffusion U-Net at 32x32, batch 32, on two threads: forward, squared error of the noise, gradient,
// Adam. The same network as pytorch_unet_step.py; compare_unet_step runs both.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include <benchmark/benchmark.h>
#include <torch/autograd.h>

#include "models/unet/unet.hpp"
#include "tensor/compute.hpp"
#include "train/autocast.hpp"
#include "train/optimizer.hpp"

namespace {

using namespace inkstone;

constexpr int64_t kBatch = 32, kSide = 32;

double peak_gib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / (1 << 20);
}

UnetConfig config() {
  UnetConfig config;
  config.width = 64;
  config.classes = 10;
  return config;
}

void unet_step(benchmark::State& state, bool bf16) {
  at::manual_seed(0);
  Unet unet(config());
  std::vector<NamedParameter> parameters;
  for (const auto& item : unet->named_parameters()) parameters.push_back({item.key(), item.value()});
  const auto adam = make_optimizer(LoopOptions{}, parameters);
  const auto x = at::randn({kBatch, 3, kSide, kSide}), epsilon = at::randn({kBatch, 3, kSide, kSide});
  const auto t = at::randint(1000, {kBatch}).to(at::kFloat), labels = at::randint(10, {kBatch});
  double loss = 0;
  const auto train_once = [&] {
    adam->clear_gradients();
    at::Tensor error;
    {
      const Autocast autocast(bf16, at::kCPU);
      error = (unet(x, t, labels) - epsilon).square().mean();
    }
    error.backward();
    adam->step(2e-4);
    loss = error.item<double>();
  };
  train_once();  // kernels are generated, memory is fetched
  std::vector<double> seconds;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    train_once();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::nth_element(seconds.begin(), seconds.begin() + seconds.size() / 2, seconds.end());
  state.counters["loss"] = loss;
  state.counters["median_s"] = seconds[seconds.size() / 2];
  state.counters["peak_GiB"] = peak_gib();
}

}  // namespace

int main(int argc, char** argv) {
  start_compute(2);
  const auto add = [](const char* name, bool bf16) {
    benchmark::RegisterBenchmark(name, [bf16](benchmark::State& s) { unet_step(s, bf16); })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime()
        ->Iterations(5);
  };
  add("bf16", true);  // the smaller first: the peak of a process only rises
  add("f32", false);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
