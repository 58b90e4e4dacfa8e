#include "sample/stable_diffusion/prompter.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::sd {
namespace {

constexpr int64_t kEndMark = 49407, kExclamation = 0;  // what texts are padded with: by OpenAI, by OpenCLIP
constexpr double kAestheticScore = 6;                  // that the refiner is told of

// Which layer is taken: see TextTower.
void ask_as(Version version, std::size_t place, TextTower& tower, const ClipTextConfig& config) {
  const bool open_clip = version != Version::sd1 && !(version == Version::sdxl && place == 0);
  tower.padding = open_clip ? kExclamation : kEndMark;
  tower.ask.final_norm = version == Version::sd1 || version == Version::sd2;
  if (version == Version::sd2) tower.ask.skip = config.layers == 24 ? 1 : 0;
  if (!tower.ask.final_norm) tower.ask.skip = 1;
  tower.ask.pooled = open_clip && !tower.ask.final_norm;
}

std::vector<TextTower> towers_of(const Checkpoint& checkpoint, at::ScalarType compute) {
  if (checkpoint.text.empty())
    throw Error(
        ErrorCategory::not_found,
        fmt::format("{} has no text encoder, so it cannot read prompts; use the whole checkpoint", checkpoint.path.string()));
  std::vector<TextTower> towers;
  for (std::size_t place = 0; place < checkpoint.text.size(); ++place) {
    const auto& part = checkpoint.text[place];
    nn::FillOptions options;
    options.origin = fmt::format("text encoder {} of {}", place + 1, checkpoint.path.filename().string());
    TextTower tower;
    tower.network = to_clip_text(part.weights, part.config, options);
    tower.compute = compute;
    ask_as(checkpoint.version, place, tower, part.config);
    towers.push_back(std::move(tower));
  }
  return towers;
}

std::shared_ptr<const ClipTokenizer> tokenizer_of(const Checkpoint& checkpoint) {
  const auto own = checkpoint.path / "tokenizer";
  return std::make_shared<const ClipTokenizer>(std::filesystem::exists(own / "merges.txt") ? ClipTokenizer::read(own)
                                                                                           : ClipTokenizer::embedded());
}

// Original size, corner of the crop, target size; of the refiner original size, corner and a score (Podell et al. 2023).
at::Tensor time_ids_of(Version version, const PictureExtent& extent) {
  const double h = double(extent.height), w = double(extent.width);
  if (version == Version::sdxl_refiner) return at::tensor({h, w, 0., 0., kAestheticScore}, at::kFloat).unsqueeze(0);
  return at::tensor({h, w, 0., 0., h, w}, at::kFloat).unsqueeze(0);
}

}  // namespace

Prompter::Prompter(const Checkpoint& checkpoint, at::ScalarType compute)
    : version_(checkpoint.version),
      zeros_for_empty_prompt_(checkpoint.zeros_for_empty_prompt),
      conditioner_(tokenizer_of(checkpoint), towers_of(checkpoint, compute)) {}

Condition Prompter::condition(const TextCondition& all, int64_t row, const Prompt& prompt, const PictureExtent& extent) const {
  Condition condition;
  condition.context = all.context.narrow(0, row, 1);
  if (all.pooled.defined()) {
    condition.pooled = all.pooled.narrow(0, row, 1);
    condition.time_ids = time_ids_of(version_, extent);
  }
  if (!zeros_for_empty_prompt_ || !prompt.negative || !prompt.text.empty()) return condition;
  condition.context = at::zeros_like(condition.context);
  if (condition.pooled.defined()) condition.pooled = at::zeros_like(condition.pooled);
  return condition;
}

std::vector<Condition> Prompter::conditions(const std::vector<Prompt>& prompts, const PictureExtent& extent,
                                            const TextOptions& options) {
  std::vector<std::string> texts;
  for (const auto& prompt : prompts) texts.push_back(prompt.text);
  const auto all = conditioner_.encode(texts, options);
  std::vector<Condition> conditions;
  for (std::size_t i = 0; i < prompts.size(); ++i) conditions.push_back(condition(all, int64_t(i), prompts[i], extent));
  return conditions;
}

}  // namespace inkstone::sd
