// One graph on one drawn picture: milliseconds (median) and peak memory; its answer is written, so that compare_graph holds it to
// ONNX Runtime's.
//   graph_bench MODEL HEIGHT WIDTH [f32|bf16] [threads] [rounds] [answer.f32]
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "inkstone/error.hpp"
#include "models/graph/network.hpp"
#include "tensor/compute.hpp"
#include "weights/onnx_graph.hpp"
#include "weights/tfjs_graph.hpp"

namespace {

using namespace inkstone;

double milliseconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

double peak_mebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return double(usage.ru_maxrss) / 1024;
}

// About 0 to 255, as the networks that are measured take it; the numbers do not change the time.
at::Tensor drawn(const GraphPort& port, int64_t height, int64_t width) {
  const auto y = at::arange(height, at::kDouble).view({-1, 1}), x = at::arange(width, at::kDouble);
  const auto c = at::arange(3, at::kDouble).view({-1, 1, 1});
  const auto picture =
      (127 + 70 * at::sin(0.05 * x + 0.03 * y * (c + 1)) + 50 * at::cos(0.11 * y - 0.07 * x + c)).to(at::kFloat).unsqueeze(0);
  const bool rows = port.has_shape && port.shape.size() == 4 && port.shape[3] == 3;
  return rows ? picture.permute({0, 2, 3, 1}).contiguous() / 127.5 - 1 : picture.contiguous();
}

void measure(int argc, char** argv) {
  const std::filesystem::path path = argv[1];
  const int64_t height = std::stoll(argv[2]), width = std::stoll(argv[3]);
  const bool half = argc > 4 && std::string(argv[4]) == "bf16";
  start_compute(argc > 5 ? std::stoi(argv[5]) : 2);
  const int rounds = argc > 6 ? std::stoi(argv[6]) : 9;
  const auto opened = std::chrono::steady_clock::now();
  graph::Network network(path.extension() == ".json" ? read_tfjs_graph(path) : read_onnx_graph(path),
                         half ? at::kBFloat16 : at::kFloat);
  const double open = milliseconds_since(opened);
  const auto picture = drawn(network.inputs()[0], height, width);
  const auto begin = std::chrono::steady_clock::now();
  at::Tensor answer = network.run({picture})[0];
  const double first = milliseconds_since(begin);
  std::vector<double> times;
  for (int k = 0; k < rounds; ++k) {
    const auto start = std::chrono::steady_clock::now();
    answer = network.run({picture})[0];
    times.push_back(milliseconds_since(start));
  }
  std::sort(times.begin(), times.end());
  std::printf("median ms %.1f (least %.1f), first %.0f, open %.0f, steps %zu, peak MiB %.0f\n", times[times.size() / 2], times[0],
              first, open, network.steps(), peak_mebibytes());
  const auto plain = answer.to(at::kFloat).contiguous();
  if (argc > 7)
    std::ofstream(argv[7], std::ios::binary).write(static_cast<const char*>(plain.data_ptr()), std::streamsize(plain.nbytes()));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 4)
      throw Error(ErrorCategory::bad_argument, "graph_bench MODEL HEIGHT WIDTH [f32|bf16] [threads] [rounds] [answer.f32]");
    measure(argc, argv);
  } catch (const Error& error) {
    std::fprintf(stderr, "graph_bench: %s\n", error.what());
    return 1;
  }
}
