// AdaIN's published encoder and decoder, weights by formula, against PyTorch (make_adain.py).
#include <fstream>

#include <ATen/ATen.h>

#include "golden/formula_weights.hpp"
#include "models/adain/adain.hpp"

namespace inkstone {
namespace {

at::Tensor adain_picture(int64_t height, int64_t width, double phase) {
  const auto c = at::arange(3.0).view({3, 1, 1}), y = at::arange(double(height)).view({height, 1}), x = at::arange(double(width));
  return ((1 + at::sin(0.37 * x + 0.11 * y * (c + 1) + c + phase) * at::cos(0.23 * y - 0.05 * x)) / 2)
      .to(at::kFloat)
      .unsqueeze(0);
}

// By sorted names, as the script goes through them.
StateDict by_formula(const std::map<std::string, std::vector<int64_t>>& shapes) {
  StateDict weights;
  int k = 0;
  for (const auto& [name, shape] : shapes) {
    const auto place = at::empty(shape);
    const double b = shape.size() == 1 ? 0.1 : std::sqrt(2.0 / double(shape[1]));
    weights.tensors[name] =
        (b * at::sin(at::arange(place.numel(), at::kDouble) * 12.9898 + 78.233 * k++)).view(shape).to(at::kFloat);
  }
  return weights;
}

void add_convolution(std::map<std::string, std::vector<int64_t>>& shapes, int number, int64_t in, int64_t out, int64_t side = 3) {
  shapes[std::to_string(number) + ".weight"] = {out, in, side, side};
  shapes[std::to_string(number) + ".bias"] = {out};
}

TEST(Adain, PublishedNetworksEqualPyTorch) {
  const auto golden = nlohmann::json::parse(std::ifstream(INKSTONE_SOURCE_DIR "/tests/golden/adain.json"));
  std::map<std::string, std::vector<int64_t>> seeing, drawing;
  add_convolution(seeing, 0, 3, 3, 1);
  const std::vector<std::array<int, 3>> sees = {{2, 3, 64},     {5, 64, 64},    {9, 64, 128},   {12, 128, 128}, {16, 128, 256},
                                                {19, 256, 256}, {22, 256, 256}, {25, 256, 256}, {28, 256, 512}};
  for (const auto& [number, in, out] : sees) add_convolution(seeing, number, in, out);
  const std::vector<std::array<int, 3>> draws = {{1, 512, 256},  {5, 256, 256}, {8, 256, 256}, {11, 256, 256}, {14, 256, 128},
                                                 {18, 128, 128}, {21, 128, 64}, {25, 64, 64},  {28, 64, 3}};
  for (const auto& [number, in, out] : draws) add_convolution(drawing, number, in, out);

  const at::NoGradGuard frozen;
  const auto encoder = adain_encoder(by_formula(seeing));
  const auto content = (*encoder)(adain_picture(32, 40, 0)), style = (*encoder)(adain_picture(48, 32, 2));
  const double scale = golden["scale"];
  EXPECT_LT(error_of(content / scale, golden["content"]), 1e-4);
  const auto normed = adaptive_norm(content, feature_moments(content), feature_moments(style));
  EXPECT_LT(error_of(normed / scale, golden["normed"]), 1e-4);
  const auto weights = by_formula(drawing);
  EXPECT_TRUE(is_adain_decoder(weights));
  auto decoder = make_adain_decoder(weights);
  const auto waves = at::sin(0.01 * at::arange(512 * 4 * 5, at::kDouble)).view({1, 512, 4, 5}).to(at::kFloat);
  EXPECT_LT(error_of(decoder->forward(waves) / golden["peak"].get<double>(), golden["painted"]), 1e-4);
  const at::AutoGradMode through_operators(true);
  EXPECT_LT(error_of(decoder->forward(waves).detach() / golden["peak"].get<double>(), golden["painted"]),
            3e-4);  // channels-last adds up in another order
}

}  // namespace
}  // namespace inkstone
