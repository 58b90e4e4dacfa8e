// How like a subject pictures are, before and after a painter of words learned it.
//   subject_similarity BASE RUN PROMPT COUNT PICTURE...
// BASE: a folder or model; RUN: of the family lora or textual-inversion; PICTURE: of the subject, 64x64, binary PPM. Every
// picture is cut to what is drawn on its paper and brought to 16x16, so that place and size do not matter; each one painted is
// held to the picture of the subject that is nearest. Told are the root of the mean squared distance of colours in [0,1], and the
// cosine of what differs from the paper.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/files.hpp"
#include "families/registry.hpp"
#include "tensor/compute.hpp"
#include "tensor/noise.hpp"
#include "train/autocast.hpp"

namespace inkstone {
namespace {

constexpr int64_t kSide = 64;

at::Tensor painted(const std::string& model, const std::string& prompt, int64_t count) {
  const auto family = load_family(read_trained(model));
  PaintSpec spec;
  for (int64_t k = 0; k < count; ++k) spec.seeds.push_back(uint64_t(k));
  spec.latents = latents_of(spec.seeds, family->latent_shape());
  spec.labels = at::full({count}, -1, at::kLong);
  spec.prompts.assign(std::size_t(count), prompt);
  spec.bf16 = has_fast_bf16();
  Observer silent;
  return family->paint(spec, silent).clamp(-1, 1).add(1).div(2);
}

// The last rows of the file are its pixels.
at::Tensor read_ppm(const std::string& path) {
  const auto text = read_file(path);
  const std::size_t bytes = 3 * kSide * kSide;
  const auto* pixels = reinterpret_cast<const uint8_t*>(text.data()) + text.size() - bytes;
  return at::from_blob(const_cast<uint8_t*>(pixels), {kSide, kSide, 3}, at::kByte)
      .permute({2, 0, 1})
      .to(at::kFloat)
      .div(255)
      .unsqueeze(0);
}

// First and one past the last place along a side where anything is drawn.
std::pair<int64_t, int64_t> extent_of(const at::Tensor& drawn) {
  const auto places = drawn.nonzero().flatten();
  if (places.numel() == 0) return {0, drawn.size(0)};
  return {places.min().item<int64_t>(), places.max().item<int64_t>() + 1};
}

// [3,H,W] -> what is drawn less the paper, float32 [3 * 16 * 16].
at::Tensor drawn_part(const at::Tensor& picture) {
  constexpr double kVisible = 0.2;
  const auto edge = at::cat({picture.slice(2, 0, 4), picture.slice(2, kSide - 4, kSide)}, 2).flatten(1);
  const auto paper = std::get<0>(edge.median(1)).view({3, 1, 1});
  const auto own = picture - paper;
  const auto drawn = own.abs().amax(0) > kVisible;
  const auto [top, bottom] = extent_of(drawn.any(1));
  const auto [left, right] = extent_of(drawn.any(0));
  return at::adaptive_avg_pool2d(own.slice(1, top, bottom).slice(2, left, right), {16, 16}).flatten();
}

at::Tensor drawn_parts(const at::Tensor& pictures) {
  std::vector<at::Tensor> parts;
  for (const auto& picture : pictures.unbind(0)) parts.push_back(drawn_part(picture));
  return at::stack(parts);
}

at::Tensor directions(const at::Tensor& parts) {
  return parts / parts.norm(2, {1}, true).clamp_min(1e-6);
}

int run(int argc, char** argv) {
  if (argc < 6) return fmt::print(stderr, "subject_similarity BASE RUN PROMPT COUNT PICTURE...\n"), 2;
  start_compute(1);
  const at::NoGradGuard frozen;
  std::vector<at::Tensor> subject;
  for (int k = 5; k < argc; ++k) subject.push_back(read_ppm(argv[k]));
  const auto wanted = drawn_parts(at::cat(subject));
  for (int model = 1; model <= 2; ++model) {
    const auto parts = drawn_parts(painted(argv[model], argv[3], std::atoll(argv[4])));
    const auto distance = (parts.unsqueeze(1) - wanted.unsqueeze(0)).square().mean(2).amin(1).sqrt();
    const auto cosine = at::matmul(directions(parts), directions(wanted).t()).amax(1);
    fmt::print("{}: distance {:.3f}, cosine {:.3f} (deviations {:.3f}, {:.3f})\n", argv[model], distance.mean().item<double>(),
               cosine.mean().item<double>(), distance.std().item<double>(), cosine.std().item<double>());
  }
  return 0;
}

}  // namespace
}  // namespace inkstone

int main(int argc, char** argv) try { return inkstone::run(argc, argv); } catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
