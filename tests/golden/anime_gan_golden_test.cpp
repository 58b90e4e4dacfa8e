// AnimeGANv2's generator from a checkpoint that TensorFlow wrote, against what TensorFlow paints with it
// (make_tensorflow_checkpoint.py).
#include <fstream>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "transform/open.hpp"

namespace inkstone::transform {
namespace {

const std::filesystem::path kCheckpoint = INKSTONE_SOURCE_DIR "/tests/golden/data/anime_gan.index";

// The script's picture, in [0,1].
at::Tensor checkpoint_picture() {
  const auto c = at::arange(3.0).view({3, 1, 1}), y = at::arange(24.0).view({24, 1}), x = at::arange(32.0);
  return ((1 + at::sin(0.37 * x + 0.11 * y * (c + 1) + c) * at::cos(0.23 * y - 0.05 * x)) / 2).to(at::kFloat).unsqueeze(0);
}

at::Tensor painted_by_tensorflow() {
  const auto record = nlohmann::json::parse(std::ifstream(INKSTONE_SOURCE_DIR "/tests/golden/anime_gan.json"));
  return at::tensor(record.at("values").get<std::vector<double>>()).view(record.at("shape").get<std::vector<int64_t>>());
}

double error_of_checkpoint(at::ScalarType dtype) {
  const auto network = open({kCheckpoint}, {dtype});
  return (network->forward(checkpoint_picture()) * 2 - 1 - painted_by_tensorflow()).abs().max().item<double>();
}

TEST(AnimeGanGolden, PaintsWhatTensorflowPaints) {
  EXPECT_LT(error_of_checkpoint(at::kFloat), 1e-4);
}

// Two channels at full size, and norms over so few values, magnify every rounding.
TEST(AnimeGanGolden, PaintsNearlyTheSameInBfloat16) {
  EXPECT_LT(error_of_checkpoint(at::kBFloat16), 0.5);
}

// Tiles of one picture are painted with the moments of the whole.
TEST(AnimeGanGolden, RecallsTheWholePicture) {
  const auto network = open({kCheckpoint});
  const auto picture = checkpoint_picture(), whole = network->forward(picture);
  network->begin_tiles(picture);
  EXPECT_LT((network->forward(picture) - whole).abs().max().item<double>(), 1e-4);
  const auto tile = network->forward(picture.narrow(3, 0, 16));
  network->end_tiles();
  EXPECT_GT((network->forward(picture.narrow(3, 0, 16)) - tile).abs().max().item<double>(), 1e-2);
}

}  // namespace
}  // namespace inkstone::transform
