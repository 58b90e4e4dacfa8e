// inkstone-distill: trains the embedded perceptual network and writes it as float16 safetensors. Interrupted (Ctrl-C, a
// crash), it goes on from its last checkpoint when started again with the same arguments.
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include "families/perceptual/distill.hpp"
#include "inkstone/error.hpp"
#include "models/features/network_file.hpp"
#include "models/vgg/vgg.hpp"
#include "weights/load.hpp"
#include "weights/safetensors.hpp"

namespace {

using namespace inkstone;
namespace fs = std::filesystem;

std::atomic<bool> stop_asked = false;

struct Arguments {
  fs::path vgg19, sixteenth, output, checkpoint;
  std::vector<fs::path> photographs, paintings;
  int64_t save_every = 200;
  int threads = 2;
  perceptual::DistillSettings settings;
};

constexpr const char* kUsage =
    "inkstone-distill --vgg19 MODEL --sixteenth MODEL --photographs DIR... --paintings DIR... --output FILE.safetensors\n"
    "  [--steps N] [--batch N] [--side PIXELS] [--seed N] [--learning-rate X] [--threads N] [--save-every N]\n"
    "MODEL: true VGG19 to relu3_4 at least; Collaborative Distillation's e5_base.pth. FILE.checkpoint lies beside the output.\n";

Arguments parse(const std::vector<std::string>& words) {
  Arguments a;
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    const auto& key = words[i];
    const auto& value = words[i + 1];
    if (key == "--vgg19")
      a.vgg19 = value;
    else if (key == "--sixteenth")
      a.sixteenth = value;
    else if (key == "--output")
      a.output = value;
    else if (key == "--photographs")
      a.photographs.push_back(value);
    else if (key == "--paintings")
      a.paintings.push_back(value);
    else if (key == "--steps")
      a.settings.steps = std::stoll(value);
    else if (key == "--batch")
      a.settings.batch = std::stoll(value);
    else if (key == "--side")
      a.settings.side = std::stoll(value);
    else if (key == "--seed")
      a.settings.seed = std::stoull(value);
    else if (key == "--learning-rate")
      a.settings.learning_rate = std::stod(value);
    else if (key == "--threads")
      a.threads = std::stoi(value);
    else if (key == "--save-every")
      a.save_every = std::stoll(value);
    else
      throw Error(ErrorCategory::bad_argument, fmt::format("unknown option {}\n{}", key, kUsage));
  }
  if (words.size() % 2 != 0 || a.vgg19.empty() || a.sixteenth.empty() || a.output.empty() || a.photographs.empty() ||
      a.paintings.empty())
    throw Error(ErrorCategory::bad_argument, kUsage);
  a.checkpoint = fs::path(a.output).replace_extension(".checkpoint");
  return a;
}

void save_network(const FeatureNetwork& network, const fs::path& path) {
  auto weights = to_state_dict(network);
  for (auto& [name, tensor] : weights.tensors) tensor = tensor.to(at::kHalf);
  write_safetensors(path, weights);
}

void report(int64_t step, const perceptual::StepLosses& losses, double seconds) {
  std::string line = fmt::format("{:6d}  {:5.2f} s ", step, seconds);
  for (const auto& [layer, loss] : losses) line += fmt::format("  {} {:.4f} {:.1e}", layer.substr(4), loss.features, loss.gram);
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

void save(const perceptual::Distiller& distiller, const Arguments& a) {
  write_safetensors(a.checkpoint, distiller.checkpoint());
  save_network(distiller.network(), a.output);
}

void train(perceptual::Distiller& distiller, const Arguments& a) {
  constexpr int64_t kReportEvery = 10;
  while (!distiller.finished() && !stop_asked) {
    const auto begin = std::chrono::steady_clock::now();
    const auto losses = distiller.step();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (distiller.steps_done() % kReportEvery == 0) report(distiller.steps_done(), losses, seconds);
    if (distiller.steps_done() % a.save_every == 0) save(distiller, a);
  }
  save(distiller, a);
}

int run(const Arguments& a) {
  at::set_num_threads(a.threads);
  const perceptual::Teachers teachers(make_vgg(load_weights(a.vgg19)), make_vgg(load_weights(a.sixteenth)));
  const perceptual::PictureStore photographs(a.photographs, 500), paintings(a.paintings, 700);
  fmt::print("{} photographs, {} paintings\n", photographs.size(), paintings.size());
  std::fflush(stdout);
  perceptual::Distiller distiller(teachers, photographs, paintings, a.settings);
  if (fs::exists(a.checkpoint))
    distiller.resume(load_weights(a.checkpoint));
  else
    distiller.start_from_regression();
  train(distiller, a);
  return distiller.finished() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGINT, [](int) { stop_asked = true; });
  try {
    return run(parse({argv + 1, argv + argc}));
  } catch (const std::exception& error) {
    fmt::print(stderr, "inkstone-distill: {}\n", error.what());
    return 2;
  }
}
