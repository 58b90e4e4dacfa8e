#include "studio/nearest_training.hpp"

#include <ATen/ATen.h>

#include "data/words/named_objects.hpp"
#include "data/words_dataset.hpp"
#include "eval/nearest_rows.hpp"
#include "eval/perceptual_extractor.hpp"
#include "studio/training_pictures.hpp"
#include "tensor/picture.hpp"

namespace inkstone::studio {
namespace {

constexpr int64_t kMostComposed = 300, kMostLookedAt = 1000;

std::vector<int64_t> candidates_in(const Dataset& data, const std::string& prompt) {
  auto shown = pictures_showing(data, words::objects_named(prompt), std::size_t(kMostComposed));
  return shown.empty() ? drawn_indices(data.size(), kMostLookedAt, 0) : shown;
}

Image image_of(const at::Tensor& bytes) {
  const auto rgb = bytes.size(0) == 1 ? bytes.expand({3, -1, -1}).contiguous() : bytes;
  return to_image(rgb.to(at::kFloat).div(255));
}

}  // namespace

NearestTraining nearest_training(const Image& picture, const std::string& prompt, const std::filesystem::path& model,
                                 const std::string& named, int64_t count, Observer& observer) {
  const auto known = training_pictures(model, named, observer);
  NearestTraining found;
  found.name = std::filesystem::path(known.name).filename().string();
  found.missing = known.missing;
  if (!known.training) return found;
  const auto& data = *known.training;
  const auto candidates = candidates_in(data, prompt);
  const auto extractor = make_perceptual_extractor();
  const auto rows = features_of(data, candidates, *extractor, observer);
  const auto nearest = nearest_rows(features_of(to_tensor(picture) * 2 - 1, *extractor), rows, count);
  found.looked_at = int64_t(candidates.size());
  found.of = data.size();
  for (int64_t k = 0; k < nearest.indices.size(1); ++k) {
    const auto index = candidates[std::size_t(nearest.indices[0][k].item<int64_t>())];
    const auto sample = data.get(index);
    found.pictures.push_back({image_of(sample.picture), sample.caption, index, nearest.distances[0][k].item<double>()});
  }
  return found;
}

}  // namespace inkstone::studio
