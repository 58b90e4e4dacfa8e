#include "studio/trained_painter.hpp"

#include <algorithm>
#include <charconv>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/nearest.hpp"
#include "families/registry.hpp"
#include "families/words/folder.hpp"
#include "inkstone/error.hpp"
#include "nn/memory.hpp"
#include "studio/model_record.hpp"
#include "studio/paint_task.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

nlohmann::json record_of_model(const std::string& family, const fs::path& file, const fs::path& model) {
  auto record = model_record(family, file);
  if (is_words_folder(model)) record["folder"] = true;
  return record;
}

std::uint64_t bytes_of_networks(Family& family) {
  std::uint64_t bytes = 0;
  for (const auto& network : family.networks()) bytes += nn::bytes_of(*network.module);
  return bytes;
}

Loaded<TrainedPainter> load_painter(const fs::path& model, const fs::path& file, const WordExtras& extras) {
  const auto state = with_word_extras(read_trained(model), extras);
  auto painter = std::make_shared<TrainedPainter>();
  painter->description = description_of(state);
  painter->family = load_family(state);
  painter->file = file.filename().string();
  painter->record = record_of_model(painter->description.family, file, model);
  const auto bytes = bytes_of_networks(*painter->family);
  return {std::move(painter), bytes};
}

}  // namespace

std::shared_ptr<TrainedPainter> trained_painter(const ModelRef& model, const WordExtras& extras, LoadedModels& models) {
  const auto file = model_file_of(model);
  std::vector<fs::path> files = {is_words_folder(model.value) ? file.parent_path().parent_path() : file};
  for (const auto& extra : extras.files) files.push_back(extra.path);
  return models.get<TrainedPainter>(model_key(files, strengths_of(extras)),
                                    [&] { return load_painter(model.value, file, extras); });
}

int64_t class_number(const std::string& text, const std::vector<std::string>& classes) {
  const auto named = std::find(classes.begin(), classes.end(), text);
  if (named != classes.end()) return named - classes.begin();
  int64_t number = -1;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = failed == std::errc() && end == text.data() + text.size();
  if (whole && number >= 0 && number < int64_t(classes.size())) return number;
  throw Error(ErrorCategory::bad_argument, fmt::format("the model has no class '{}'{}; it has {} classes: {}", text,
                                                       did_you_mean(text, classes), classes.size(), fmt::join(classes, ", ")));
}

at::Tensor class_labels(const std::vector<std::string>& asked, const std::vector<std::string>& classes, int64_t count) {
  if (asked.empty()) return at::full({count}, -1, at::kLong);
  if (classes.empty())
    throw Error(ErrorCategory::bad_argument, "the model was not trained by class, so --class has no meaning for it");
  at::Tensor labels = at::empty({count}, at::kLong);
  for (int64_t k = 0; k < count; ++k) labels[k] = class_number(asked[std::size_t(k) % asked.size()], classes);
  return labels;
}

}  // namespace inkstone::studio
