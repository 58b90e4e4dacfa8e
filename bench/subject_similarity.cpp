// How like a subject pictures are, before and after a painter of words learned it.
//   subject_similarity BASE RUN PROMPT COUNT PICTURE...
// BASE: a folder or model; RUN: of the family lora or textual-inversion; PICTURE: of the subject, 64x64, binary PPM. Each picture painted is
// held to the one of the subject that is most like it: the cosine of the embedded perceptual network's features, averaged over the
// picture (relu4_3), so that the place of the subject does not matter.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/files.hpp"
#include "families/registry.hpp"
#include "families/words/folder.hpp"
#include "models/perceptual/perceptual.hpp"
#include "tensor/compute.hpp"
#include "tensor/noise.hpp"
#include "train/autocast.hpp"

namespace inkstone {
namespace {

constexpr int64_t kSide = 64;

at::Tensor painted(const std::string& model, const std::string& prompt, int64_t count) {
  const auto family = load_family(is_words_folder(model) ? read_words_folder(model) : read_model(model));
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
  return at::from_blob(const_cast<uint8_t*>(pixels), {kSide, kSide, 3}, at::kByte).permute({2, 0, 1}).to(at::kFloat).div(255).unsqueeze(0);
}

at::Tensor signature(const FeatureNetwork& network, const at::Tensor& pictures) {
  const auto deep = features(network, pictures, {"relu4_3"}).front().mean({2, 3});
  return deep / deep.norm(2, {1}, true);
}

int run(int argc, char** argv) {
  if (argc < 6) return fmt::print(stderr, "subject_similarity BASE RUN PROMPT COUNT PICTURE...\n"), 2;
  start_compute(1);
  const at::NoGradGuard frozen;
  const auto network = embedded_network();
  std::vector<at::Tensor> subject;
  for (int k = 5; k < argc; ++k) subject.push_back(read_ppm(argv[k]));
  const auto wanted = signature(network, at::cat(subject));
  for (int model = 1; model <= 2; ++model) {
    const auto pictures = painted(argv[model], argv[3], std::atoll(argv[4]));
    const auto cosine = at::matmul(signature(network, pictures), wanted.t()).amax(1);
    fmt::print("{}: cosine {:.4f} (deviation {:.4f})\n", argv[model], cosine.mean().item<double>(), cosine.std().item<double>());
  }
  return 0;
}

}  // namespace
}  // namespace inkstone

int main(int argc, char** argv) try { return inkstone::run(argc, argv); } catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
