// How fast batches come: MNIST out of memory, and a folder of 256x256 JPEGs decoded, cropped and flipped by one worker.
// loader_bench MNIST_FOLDER makes its own JPEGs; without the folder it takes random pictures of MNIST's shape.
#include <filesystem>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <benchmark/benchmark.h>

#include "data/idx.hpp"
#include "data/loader.hpp"
#include "image/encode.hpp"
#include "ingest/picture_bytes.hpp"
#include "ingest/pictures.hpp"

namespace {

using namespace inkstone;
namespace fs = std::filesystem;

constexpr int kPictures = 200, kSide = 256;

std::shared_ptr<const Dataset> mnist(const char* folder) {
  if (folder != nullptr) return open_idx(folder, "train");
  return std::make_shared<const TensorDataset>(at::randint(0, 256, {60000, 1, 28, 28}, at::kByte), at::Tensor(),
                                               std::vector<std::string>{}, std::vector<std::string>{});
}

// Photograph-like: coarse structure and some noise, so that the files have the size of photographs.
fs::path jpegs() {
  const auto folder = fs::temp_directory_path() / "inkstone-loader-bench";
  fs::create_directories(folder);
  at::manual_seed(0);
  for (int i = 0; i < kPictures; ++i) {
    const auto coarse = at::upsample_bicubic2d(at::rand({1, 3, 24, 24}), {kSide, kSide}, false).squeeze(0) * 255 +
                        at::randn({3, kSide, kSide}) * 6;
    save_image(folder / (std::to_string(i) + ".jpg"), from_bytes(coarse.clamp(0, 255).to(at::kByte)));
  }
  return folder;
}

void load(benchmark::State& state, const std::shared_ptr<const Dataset>& data, const LoaderOptions& options) {
  const auto loader = make_loader(data, options);
  int64_t number = 0;
  for (auto _ : state) benchmark::DoNotOptimize(loader->get(number++).pictures.data_ptr());
  state.counters["images/s"] =
      benchmark::Counter(static_cast<double>(options.batch), benchmark::Counter::kIsIterationInvariantRate);
}

}  // namespace

int main(int argc, char** argv) {
  at::set_num_threads(1);
  benchmark::Initialize(&argc, argv);
  const auto digits = mnist(argc > 1 ? argv[1] : nullptr);
  const auto folder = jpegs();
  Observer nobody;
  PictureSetOptions from_disk;
  from_disk.memory = 0;
  const auto decoding = open_pictures(folder, from_disk, nobody).dataset, kept = open_pictures(folder, {}, nobody).dataset;
  LoaderOptions plain{.batch = 32, .channels = 1}, photographs{.batch = 32, .height = 224, .width = 224};
  photographs.augment = {.crop = "random", .crop_area = 0.5, .flip = true};
  auto flipped = plain;
  flipped.augment.flip = true;
  const auto add = [](const char* name, const std::shared_ptr<const Dataset>& data, const LoaderOptions& options) {
    benchmark::RegisterBenchmark(name, [&](benchmark::State& s) { load(s, data, options); })
        ->Unit(benchmark::kMicrosecond)
        ->UseRealTime();
  };
  add("mnist", digits, plain);
  add("mnist/flip", digits, flipped);
  add("jpeg256_to_224/decoded_each_time", decoding, photographs);
  add("jpeg256_to_224/kept_in_memory", kept, photographs);
  benchmark::RunSpecifiedBenchmarks();
  fs::remove_all(folder);
}
