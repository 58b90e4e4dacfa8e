// Published models whole through the graph executor, against the answers of ONNX Runtime (make_graphs_published.py) and
// TensorFlow.js (make_graphs_tfjs.mjs).
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "catalogue/cache.hpp"
#include "models/graph/network.hpp"
#include "weights/onnx_graph.hpp"
#include "weights/safetensors.hpp"
#include "weights/tfjs_graph.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

// [1,channels,height,width] float32, about [0,1].
at::Tensor drawn_picture(int64_t height, int64_t width, int64_t channels = 3) {
  const auto line = [](int64_t count, at::IntArrayRef shape) { return at::arange(count, at::kDouble).view(shape); };
  const auto c = line(channels, {1, -1, 1, 1}), y = line(height, {1, 1, -1, 1}), x = line(width, {1, 1, 1, -1});
  const auto v = 0.5 + 0.25 * at::sin(0.05 * x + 0.03 * y * (c + 1)) + 0.2 * at::cos(0.11 * y - 0.07 * x + c) +
                 0.04 * at::sin(12.9898 * x + 78.233 * y);
  return v.to(at::kFloat);
}

at::Tensor drawn_hole(int64_t height, int64_t width) {
  const auto y = at::arange(height, at::kDouble).view({-1, 1}) - double(height) / 2,
             x = at::arange(width, at::kDouble) - double(width) / 2;
  const auto inside = at::square(y / (double(height) / 4)) + at::square(x / (double(width) / 5));
  return inside.ge(1).to(at::kByte).mul(255).view({1, 1, height, width});
}

struct Published {
  const char* name;
  const char* file;
  const char* shared;  // its folder among the development models, or null
  std::vector<at::Tensor> (*inputs)();
  double tolerance;             // in the units of its output
  const char* inner = nullptr;  // a value within the graph that is compared in place of its output
};

std::vector<at::Tensor> damaged() {
  return {at::round(drawn_picture(200, 264) * 255).to(at::kByte), drawn_hole(200, 264)};
}

const Published kPublished[] = {
    {"fast-style-onnx/candy", "candy.onnx", "fast-style-onnx", [] { return std::vector{drawn_picture(720, 720) * 255}; }, 0.255},
    {"fast-style-onnx/mosaic", "mosaic.onnx", "fast-style-onnx", [] { return std::vector{drawn_picture(720, 720) * 255}; },
     0.255},
    {"animegan3", "AnimeGANv3_tiny_Cute.onnx", "animegan3",
     [] {
       return std::vector{(drawn_picture(256, 320) * 2 - 1).permute({0, 2, 3, 1})};
     },
     2e-3},
    {"real-esrgan-x2", "real_esrgan_x2.onnx", nullptr, [] { return std::vector{drawn_picture(48, 64)}; }, 1e-3},
    {"migan", "migan_pipeline_v2.onnx", nullptr, damaged, 1},
    // before the fraction is cut off: two values a hair apart may end as two bytes
    {"migan", "migan_pipeline_v2.onnx", nullptr, damaged, 0.255, "/Clip_1_output_0"},
};

std::vector<at::Tensor> rows(int64_t height, int64_t width) {
  return {drawn_picture(height, width).permute({0, 2, 3, 1}).contiguous()};
}

const Published kTensorflow[] = {
    {"cartoongan/hayao", "model.json", nullptr, [] { return rows(64, 80); }, 1e-3},
    {"maxim-enhancement", "model.json", nullptr, [] { return rows(64, 64); }, 1e-3},
    {"maxim-deraining", "model.json", nullptr, [] { return rows(64, 64); }, 1e-3},
    {"maxim-denoising", "model.json", nullptr, [] { return rows(64, 64); }, 1e-3},
    {"maxim-deblurring", "model.json", nullptr, [] { return rows(64, 64); }, 1e-3},
};

std::optional<fs::path> file_of(const Published& model) {
  const fs::path shared = fs::path(INKSTONE_SOURCE_DIR "/../shared/models") / (model.shared ? model.shared : "-") / model.file;
  if (fs::exists(shared)) return shared;
  const Places places = Places::from_environment();
  const ModelEntry entry = Catalogue::load(places).find(model.name);
  const ModelCache cache(places);
  if (!cache.is_present(entry)) return std::nullopt;
  const fs::path here = cache.path(entry);
  return fs::is_directory(here) ? here / model.file : here;
}

class GraphsPublished : public ::testing::TestWithParam<Published> {};

TEST_P(GraphsPublished, EqualsAnotherRuntime) {
  const Published& model = GetParam();
  const auto file = file_of(model);
  if (!file) GTEST_SKIP() << model.name << " is not here; get it by `inkstone models pull " << model.name << "`";
  const bool tensorflow = file->extension() == ".json";
  const StateDict goldens = read_safetensors(fs::path(INKSTONE_SOURCE_DIR "/tests/golden/data") /
                                             (tensorflow ? "graphs_tfjs.safetensors" : "graphs_published.safetensors"));
  const auto key = std::string(model.name) + (model.inner ? model.inner : "");
  const at::Tensor& wanted = goldens.at(key);
  const at::Tensor& layout = goldens.at(key + ".shape");
  auto graph = tensorflow ? read_tfjs_graph(*file) : read_onnx_graph(*file);
  if (model.inner) graph.outputs = {{model.inner, at::kFloat, false, {}}};
  graph::Network network(std::move(graph));
  const at::Tensor got = network.run(model.inputs())[0];
  const std::vector<int64_t> shape(layout.data_ptr<int64_t>(), layout.data_ptr<int64_t>() + layout.numel() - 1);
  ASSERT_EQ(got.sizes(), at::IntArrayRef(shape));
  const auto step = layout[layout.numel() - 1].item<int64_t>();
  const auto apart = (got.to(at::kFloat).contiguous().flatten().slice(0, 0, INT64_MAX, step) - wanted).abs();
  std::printf("%s: largest difference %.2g of %.2g, mean %.2g\n", key.c_str(), apart.max().item<double>(), model.tolerance,
              apart.mean().item<double>());
  EXPECT_LE(apart.max().item<double>(), model.tolerance);
}

std::string name_of(const ::testing::TestParamInfo<Published>& model) {
  std::string name = std::string(model.param.name) + (model.param.inner ? model.param.inner : "");
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Onnx, GraphsPublished, ::testing::ValuesIn(kPublished), name_of);
INSTANTIATE_TEST_SUITE_P(Tensorflow, GraphsPublished, ::testing::ValuesIn(kTensorflow), name_of);

}  // namespace
}  // namespace inkstone
