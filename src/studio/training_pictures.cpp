#include "studio/training_pictures.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/files.hpp"
#include "eval/extraction.hpp"
#include "families/plan.hpp"
#include "families/words/shipped.hpp"
#include "inkstone/error.hpp"
#include "studio/open_data.hpp"
#include "studio/plan_data.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConfigOfShipped = "words";

bool is_shipped(const fs::path& model) {
  const auto own = shipped_painter();
  std::error_code unknown;
  return !own.empty() && fs::equivalent(own, model, unknown);
}

// The config that a model was trained by; empty: unknown.
TrainPlan plan_of(const fs::path& model) {
  if (is_shipped(model)) return read_plan(built_in_config(kConfigOfShipped), kConfigOfShipped);
  const auto config = (fs::is_directory(model) ? model : model.parent_path()) / "config.toml";
  if (!fs::is_regular_file(config)) return {};
  return read_plan(read_file(config), config.string());
}

TrainingPictures of_plan(const TrainPlan& plan, Observer& observer) {
  TrainingPictures pictures;
  pictures.name = plan.data;
  try {
    const auto data = open_plan_data(plan, observer, /*may_pull=*/false);
    pictures.training = data.training;
    if (plan.pictures.hold_out > 0) pictures.held_out = data.held_out;
  } catch (const Error& error) {
    pictures.missing = fmt::format("the training pictures ({}) are not at hand: {}", plan.data, error.what());
  }
  return pictures;
}

}  // namespace

TrainingPictures training_pictures(const fs::path& model, const std::string& named, Observer& observer) {
  TrainingPictures pictures;
  if (!named.empty()) {
    DataWish wish;
    wish.may_pull = false;
    pictures.training = open_data(named, "train", observer, wish);
    pictures.name = named;
    return pictures;
  }
  const auto plan = plan_of(model);
  if (!plan.family.empty()) return of_plan(plan, observer);
  pictures.missing = fmt::format("{} does not say what it was trained on", model.filename().string());
  return pictures;
}

at::Tensor features_of(const Dataset& data, const std::vector<int64_t>& which, const FeatureExtractor& extractor,
                       Observer& observer) {
  std::vector<at::Tensor> rows;
  for (std::size_t k = 0; k < which.size(); ++k) {
    if (observer.stop_requested()) throw Error(ErrorCategory::cancelled, "stopped while looking at training pictures");
    rows.push_back(extractor(data.get(which[k]).picture.unsqueeze(0)).features);
    if (k % 16 == 0 || k + 1 == which.size())
      observer.on_progress({"training pictures", int64_t(k + 1), int64_t(which.size()), {}, -1});
  }
  return at::cat(rows);
}

at::Tensor features_of(const at::Tensor& pictures, const FeatureExtractor& extractor) {
  const auto bytes = pictures.clamp(-1, 1).add(1).mul(127.5).round().to(at::kByte);
  std::vector<at::Tensor> rows;
  for (const auto& picture : bytes.split(1)) rows.push_back(extractor(picture).features);
  return at::cat(rows);
}

std::vector<int64_t> drawn_indices(int64_t size, int64_t most, uint64_t seed) {
  const auto chosen = chosen_pictures(size, std::min(size, most), seed);
  return {chosen.data_ptr<int64_t>(), chosen.data_ptr<int64_t>() + chosen.numel()};
}

}  // namespace inkstone::studio
