// What measuring costs: FID, KID and prdc of 10,000 pictures of 28 x 28 under the embedded classifier, Inception at 299 x 299,
// the matrix root of 2048 features. Run one at a time (--benchmark_filter) to read its peak memory.
#include <sys/resource.h>

#include <ATen/ATen.h>
#include <benchmark/benchmark.h>

#include "eval/evaluate.hpp"
#include "eval/extractors.hpp"
#include "eval/frechet.hpp"
#include "models/classifier/embedded.hpp"
#include "tensor/compute.hpp"

namespace inkstone {
namespace {

class Noise : public Dataset {
 public:
  explicit Noise(int64_t count) : pictures_(at::randint(0, 256, {count, 1, 28, 28}).to(at::kByte)) {}
  int64_t size() const override { return pictures_.size(0); }
  Sample get(int64_t index) const override { return {pictures_[index], index % 10, ""}; }

 private:
  at::Tensor pictures_;
};

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void measure(benchmark::State& state, const char* metric, int64_t resamples) {
  at::manual_seed(1);
  const Noise generated(10000), reference(10000);
  const auto extractor = make_classifier_extractor(embedded_classifier("mnist"));
  EvaluateOptions options;
  options.metrics = {metric};
  options.resamples = resamples;
  Observer silent;
  for (auto _ : state) benchmark::DoNotOptimize(evaluate(generated, reference, *extractor, options, silent));
  state.counters["peak_MB"] = peak_megabytes();
}

void inception(benchmark::State& state) {
  const auto extractor = make_inception_extractor(random_inception_weights(1));
  const auto pictures = at::randint(0, 256, {50, 3, 64, 64}).to(at::kByte);
  for (auto _ : state) benchmark::DoNotOptimize((*extractor)(pictures));
  state.counters["pictures/s"] = benchmark::Counter(50, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["peak_MB"] = peak_megabytes();
}

void frechet(benchmark::State& state) {
  at::manual_seed(1);
  const auto a = moments_of(at::randn({4096, 2048})), b = moments_of(at::randn({4096, 2048}) * 1.1);
  for (auto _ : state) benchmark::DoNotOptimize(frechet_distance(a, b));
  state.counters["peak_MB"] = peak_megabytes();
}

}  // namespace
}  // namespace inkstone

int main(int argc, char** argv) {
  inkstone::start_compute(0);
  const auto once = [](benchmark::internal::Benchmark* b) { b->Iterations(1)->Unit(benchmark::kSecond)->UseRealTime(); };
  once(benchmark::RegisterBenchmark("fid_10000", inkstone::measure, "fid", 0));
  once(benchmark::RegisterBenchmark("fid_10000_with_interval", inkstone::measure, "fid", -1));
  once(benchmark::RegisterBenchmark("kid_10000", inkstone::measure, "kid", -1));
  once(benchmark::RegisterBenchmark("prdc_10000", inkstone::measure, "prdc", -1));
  once(benchmark::RegisterBenchmark("inception_50", inkstone::inception));
  once(benchmark::RegisterBenchmark("frechet_2048", inkstone::frechet));
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
