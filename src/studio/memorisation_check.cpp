#include "studio/memorisation_check.hpp"

#include <algorithm>
#include <chrono>

#include <ATen/ATen.h>
#include <c10/util/accumulate.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "eval/memorisation.hpp"
#include "eval/perceptual_extractor.hpp"
#include "inkstone/error.hpp"
#include "tensor/noise.hpp"
#include "tensor/picture.hpp"
#include "train/autocast.hpp"
#include "train/watch/grid.hpp"
#include "train/watch/png.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int64_t kPaintedAtOnce = 8, kPairsAcross = 4, kMostPairs = 24;
constexpr double kQuantile = 0.01;

// What was painted, from which seeds and words.
struct Samples {
  at::Tensor pictures;  // float32 [N,C,H,W] in [-1,1]
  std::vector<std::string> prompts;
};

PaintSpec spec_of_part(const Family& family, const std::vector<std::string>& captions, uint64_t seed, int64_t first,
                       int64_t count) {
  PaintSpec spec;
  for (int64_t k = 0; k < count; ++k) spec.seeds.push_back(seed + uint64_t(first + k));
  spec.latents = latents_of(spec.seeds, family.latent_shape());
  spec.labels = family.classes() > 0 ? at::arange(first, first + count, at::kLong).remainder(family.classes())
                                     : at::full({count}, -1, at::kLong);
  if (family.reads())
    for (int64_t k = 0; k < count; ++k) spec.prompts.push_back(captions[std::size_t(first + k) % captions.size()]);
  spec.bf16 = has_fast_bf16();
  return spec;
}

Samples paint_samples(Family& family, const std::vector<std::string>& captions, const MemorisationOptions& options,
                      Observer& observer) {
  const at::NoGradGuard frozen;
  const auto start = std::chrono::steady_clock::now();
  const auto over = [&] {
    return options.minutes > 0 &&
           std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() > 60 * options.minutes;
  };
  Samples samples;
  std::vector<at::Tensor> parts;
  const int64_t at_once = options.minutes > 0 ? 1 : kPaintedAtOnce;
  for (int64_t done = 0; done < options.samples && !over(); done += at_once) {
    if (observer.stop_requested()) throw Error(ErrorCategory::cancelled, "stopped while painting for the memorisation check");
    const int64_t count = std::min(at_once, options.samples - done);
    Observer silent;
    const auto spec = spec_of_part(family, captions, options.seed, done, count);
    parts.push_back(family.paint(spec, silent));
    samples.prompts.insert(samples.prompts.end(), spec.prompts.begin(), spec.prompts.end());
    observer.on_progress({"memorisation check", done + count, options.samples, {}, -1});
  }
  samples.pictures = at::cat(parts);
  return samples;
}

// [3,H,W] in [-1,1], of the sample's size.
at::Tensor shown_beside(const at::Tensor& bytes, const at::Tensor& sample) {
  auto picture = bytes.to(at::kFloat).div(127.5).sub(1).unsqueeze(0);
  if (picture.size(1) == 1 && sample.size(0) == 3) picture = picture.expand({1, 3, -1, -1}).contiguous();
  if (picture.size(1) == 3 && sample.size(0) == 1) picture = picture.mean(1, true);
  return resize(picture, sample.size(1), sample.size(2))[0].clamp(-1, 1);
}

void write_pairs(const fs::path& file, const Samples& samples, const Memorisation& found, const at::Tensor& order,
                 const Dataset& training, const std::vector<int64_t>& looked_at) {
  std::vector<at::Tensor> pairs;
  for (int64_t rank = 0; rank < std::min(order.numel(), kMostPairs); ++rank) {
    const auto k = order[rank].item<int64_t>();
    const auto sample = samples.pictures[k];
    pairs.push_back(sample);
    pairs.push_back(shown_beside(training.get(looked_at[std::size_t(found.nearest[k].item<int64_t>())]).picture, sample));
  }
  write_png(file, picture_grid(at::stack(pairs), 2 * kPairsAcross));
}

Json json_of(const Samples& samples, const Memorisation& found, const at::Tensor& order, const TrainingPictures& pictures,
             const std::vector<int64_t>& looked_at, const MemorisationOptions& options, const std::string& features) {
  Json json = {{"samples", samples.pictures.size(0)},
               {"copied", found.copied.sum().item<int64_t>()},
               {"threshold", found.threshold},
               {"quantile", kQuantile},
               {"derived-from", found.from_held_out ? "held-out pictures" : "training pictures"},
               {"references", found.references},
               {"features", features},
               {"training",
                {{"name", fs::path(pictures.name).filename().string()},
                 {"looked-at", looked_at.size()},
                 {"of", pictures.training->size()}}}};
  json["pairs"] = Json::array();
  for (int64_t rank = 0; rank < order.numel(); ++rank) {
    const auto k = order[rank].item<int64_t>();
    Json pair = {{"seed", options.seed + uint64_t(k)},
                 {"distance", found.distances[k].item<double>()},
                 {"copied", found.copied[k].item<bool>()},
                 {"picture", looked_at[std::size_t(found.nearest[k].item<int64_t>())]}};
    if (!samples.prompts.empty()) pair["prompt"] = samples.prompts[std::size_t(k)];
    json["pairs"].push_back(pair);
  }
  return json;
}

std::string verdict_line(const MemorisationVerdict& verdict, const Memorisation& found, const fs::path& folder) {
  return fmt::format("memorisation: {} of {} samples lie nearer to a training picture than {} ({:.3f}); pairs in {}",
                     verdict.copied, verdict.samples,
                     found.from_held_out ? "held-out pictures do" : "training pictures lie to one another", verdict.threshold,
                     (folder / "memorisation.png").string());
}

}  // namespace

bool can_memorise(const Family& family) {
  const auto shape = family.latent_shape();
  return c10::multiply_integers(shape) > 1;
}

MemorisationVerdict check_memorisation(Family& family, const TrainingPictures& pictures, const fs::path& folder,
                                       const MemorisationOptions& options, Observer& observer) {
  const auto& training = *pictures.training;
  const auto looked_at = drawn_indices(training.size(), options.training, options.seed);
  std::vector<std::string> captions;
  for (std::size_t k = 0; family.reads() && k < std::min<std::size_t>(looked_at.size(), std::size_t(options.samples)); ++k)
    captions.push_back(family.caption_for(training.get(looked_at[k]).caption));
  const auto samples = paint_samples(family, captions, options, observer);
  const auto extractor = make_perceptual_extractor();
  at::Tensor held_out;
  if (pictures.held_out)
    held_out = features_of(*pictures.held_out, drawn_indices(pictures.held_out->size(), options.training, options.seed),
                           *extractor, observer);
  const auto found = memorisation(features_of(samples.pictures, *extractor),
                                  features_of(training, looked_at, *extractor, observer), held_out, kQuantile);
  const auto order = found.distances.argsort();
  MemorisationVerdict verdict{samples.pictures.size(0), found.copied.sum().item<int64_t>(), found.threshold, {}};
  verdict.line = verdict_line(verdict, found, folder);
  write_pairs(folder / "memorisation.png", samples, found, order, training, looked_at);
  write_file_atomic(folder / "memorisation.json",
                    as_bytes(json_of(samples, found, order, pictures, looked_at, options, extractor->name()).dump(2) + "\n"));
  return verdict;
}

}  // namespace inkstone::studio
