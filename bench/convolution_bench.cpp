// The convolutions of VGG19 at 512x512, forward and towards the input, in float32 and bfloat16: GFLOP/s.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <benchmark/benchmark.h>

#include "kernels/convolution.hpp"

namespace {

void convolve(benchmark::State& state, at::ScalarType type, bool backward) {
  const int64_t in = state.range(0), out = state.range(1), side = state.range(2);
  inkstone::kernels::FrozenConvolution convolution(at::randn({out, in, 3, 3}), at::randn({out}));
  const auto x = at::randn({1, backward ? out : in, side, side}).to(type).contiguous(at::MemoryFormat::ChannelsLast);
  for (auto _ : state) benchmark::DoNotOptimize(backward ? convolution.backward_data(x) : convolution.forward(x, true));
  state.counters["GFLOP/s"] =
      benchmark::Counter(2e-9 * 9 * in * out * side * side, benchmark::Counter::kIsIterationInvariantRate);
}

void shapes(benchmark::internal::Benchmark* b) {
  for (const auto& s : {std::array<int64_t, 3>{3, 64, 512},
                        {64, 64, 512},
                        {64, 128, 256},
                        {128, 128, 256},
                        {256, 256, 128},
                        {512, 512, 64},
                        {512, 512, 32}})
    b->Args({s[0], s[1], s[2]});
  b->Unit(benchmark::kMillisecond)->UseRealTime();
}

BENCHMARK_CAPTURE(convolve, forward_f32, at::kFloat, false)->Apply(shapes);
BENCHMARK_CAPTURE(convolve, forward_bf16, at::kBFloat16, false)->Apply(shapes);
BENCHMARK_CAPTURE(convolve, backward_f32, at::kFloat, true)->Apply(shapes);
BENCHMARK_CAPTURE(convolve, backward_bf16, at::kBFloat16, true)->Apply(shapes);

}  // namespace

int main(int argc, char** argv) {
  at::set_num_threads(2);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
