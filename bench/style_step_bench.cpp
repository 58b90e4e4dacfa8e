// One optimisation step of neural style transfer at 512x512 on two threads: forward, losses, gradient, Adam. The same
// layers and losses as pytorch_style_step.py; compare_style_step runs both.
#include <sys/resource.h>

#include <ATen/ATen.h>
#include <benchmark/benchmark.h>

#include "dream/optimizer.hpp"
#include "dream/style_objective.hpp"
#include "models/perceptual/perceptual.hpp"
#include "models/vgg/vgg.hpp"
#include "tensor/compute.hpp"

namespace {

using namespace inkstone;

double peak_gib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / (1 << 20);
}

void style_step(benchmark::State& state, const FeatureNetwork& network, Precision precision) {
  const at::NoGradGuard frozen;
  dream::ObjectiveSettings s;
  s.scale = dream::Scale::mean;
  s.style_layers = {"relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"};
  s.style_layer_weights.assign(5, 0.2);
  s.content_layers = {"relu4_2"};
  s.content_layer_weights = {1.0};
  s.style_weight = 1e3;
  s.tv_weight = 1e-4;
  s.blend = {1.0};
  s.precision = precision;
  NeuralStylePictures pictures;
  pictures.content = at::rand({1, 3, 512, 512});
  pictures.styles = {at::rand({1, 3, 512, 512})};
  dream::StyleObjective objective(network, pictures, s);
  const auto x = pictures.content * 255;
  const auto adam = dream::make_adam(x, {5.0, 0.99, 0.1});
  for (auto _ : state)
    adam->step([&](const at::Tensor& at, at::Tensor& gradient) { return objective.evaluate(at, gradient).total; });
  state.counters["peak_GiB"] = peak_gib();
}

}  // namespace

int main(int argc, char** argv) {
  start_compute(2);
  const auto vgg19 = random_vgg19(0);
  const auto embedded = embedded_network();
  const auto add = [](const char* name, const FeatureNetwork& network, Precision precision) {
    benchmark::RegisterBenchmark(name, [&network, precision](benchmark::State& s) { style_step(s, network, precision); })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime()
        ->Iterations(8);
  };
  // smallest first: the peak of a process only rises
  add("embedded/bf16", embedded, Precision::bfloat16);
  add("embedded/f32", embedded, Precision::float32);
  add("vgg19/bf16", vgg19, Precision::bfloat16);
  add("vgg19/f32", vgg19, Precision::float32);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
