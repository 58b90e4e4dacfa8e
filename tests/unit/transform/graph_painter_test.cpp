#include "transform/graph_painter.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "transform/tiled.hpp"
#include "weights/safetensors.hpp"

namespace inkstone::transform {
namespace {

namespace fs = std::filesystem;

// The models of tests/golden/make_graphs.py, each as a file of its own.
class GraphPainterTest : public ::testing::Test {
 protected:
  GraphPainterTest() : folder_(fs::temp_directory_path() / ("inkstone-graph-painter-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
  }
  ~GraphPainterTest() override { fs::remove_all(folder_); }

  fs::path file(const std::string& name) const {
    static const StateDict goldens = read_safetensors(INKSTONE_SOURCE_DIR "/tests/golden/data/graphs.safetensors");
    const at::Tensor& bytes = goldens.at("painter:" + name + ".model");
    const fs::path path = folder_ / (name + ".onnx");
    std::ofstream(path, std::ios::binary).write(static_cast<const char*>(bytes.data_ptr()), std::streamsize(bytes.nbytes()));
    return path;
  }

  std::unique_ptr<PictureNetwork> painter(const std::string& name) const {
    return make_graph_painter(ModelContent(file(name)), {});
  }

  fs::path folder_;
};

class Unwatched : public Observer {};

at::Tensor gradient(int64_t height, int64_t width) {
  const auto y = at::linspace(0, 1, height).view({-1, 1}), x = at::linspace(0, 1, width);
  return at::stack({0.2 + 0.6 * x + 0 * y, 0.8 - 0.5 * y + 0 * x, 0.3 + 0.4 * x * y}).unsqueeze(0).contiguous();
}

at::Tensor painted_by(PictureNetwork& network, const at::Tensor& picture) {
  Unwatched observer;
  return run(network, picture, {}, observer);
}

double difference(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

TEST_F(GraphPainterTest, FindsRangeOfZeroToOne) {
  const auto network = painter("unit");
  EXPECT_EQ(network->geometry().multiple, 1);
  EXPECT_EQ(network->geometry().scale, 1);
  EXPECT_LT(difference(painted_by(*network, gradient(37, 41)), gradient(37, 41)), 1e-5);
}

TEST_F(GraphPainterTest, FindsRangeOfMinusOneToOne) {
  const auto network = painter("tanh");
  const auto expected = at::tanh((gradient(20, 30) * 2 - 1) * 1.5) / 2 + 0.5;
  EXPECT_LT(difference(painted_by(*network, gradient(20, 30)), expected), 1e-5);
}

TEST_F(GraphPainterTest, SeesCaffesBlueFirst) {
  auto expected = gradient(20, 30);
  expected.select(1, 2).zero_();  // the model drops its first channel
  EXPECT_LT(difference(painted_by(*painter("caffe"), gradient(20, 30)), expected), 1e-5);
}

TEST_F(GraphPainterTest, TakesRowsOfPixelsAndEnlarges) {
  const auto network = painter("rows");
  EXPECT_EQ(network->geometry().scale, 2);
  const auto expected = gradient(20, 30).repeat_interleave(2, 2).repeat_interleave(2, 3);
  EXPECT_LT(difference(painted_by(*network, gradient(20, 30)), expected), 1e-6);
}

TEST_F(GraphPainterTest, RunsAFileForOneSizeInWindows) {
  const auto network = painter("fixed");
  EXPECT_EQ(network->geometry().least, 32);
  EXPECT_LT(difference(painted_by(*network, gradient(75, 50)), gradient(75, 50)), 1e-5);
}

TEST_F(GraphPainterTest, FreesSizesWhereLayersAllow) {
  const auto network = painter("freed");
  EXPECT_EQ(network->geometry().multiple, 2);
  EXPECT_LE(network->geometry().least, 2);
  const auto expected = at::upsample_nearest2d(at::avg_pool2d(gradient(48, 20), 2), {48, 20});
  EXPECT_LT(difference(painted_by(*network, gradient(48, 20)), expected), 1e-5);
}

TEST_F(GraphPainterTest, FindsTheMultipleOfSides) {
  const auto network = painter("fours");
  EXPECT_EQ(network->geometry().multiple, 4);
  EXPECT_EQ(painted_by(*network, gradient(33, 18)).sizes(), at::IntArrayRef({1, 3, 33, 18}));
}

TEST_F(GraphPainterTest, TakesBytes) {
  EXPECT_LT(difference(painted_by(*painter("bytes"), gradient(20, 30)), gradient(20, 30)), 0.51 / 255);
}

TEST_F(GraphPainterTest, AFileBesideTheModelDecides) {
  const auto path = file("unit");
  std::ofstream(path.string() + ".toml") << "output = [1, 0]\ncolours = \"bgr\"\n";
  const auto network = make_graph_painter(ModelContent(path), {});
  EXPECT_LT(difference(painted_by(*network, gradient(20, 30)), 1 - gradient(20, 30)), 1e-5);
  std::ofstream(path.string() + ".toml") << "range = [1, 0]\n";
  EXPECT_THROW(make_graph_painter(ModelContent(path), {}), Error);
}

TEST_F(GraphPainterTest, RefusesWhatIsNoPainter) {
  try {
    painter("two-inputs");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::unsupported);
    EXPECT_NE(std::string(error.what()).find("'k'"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace inkstone::transform
