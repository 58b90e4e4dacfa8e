#include "studio/word_extras.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "catalogue/sha256.hpp"
#include "families/words/adapters.hpp"
#include "inkstone/error.hpp"
#include "train/model_file.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

std::vector<LoraMention> take_mentions(std::vector<PictureOrder>& orders) {
  std::vector<LoraMention> mentions;
  for (auto& order : orders) {
    const auto found = extract_loras(order.prompt);
    if (&order != &orders.front() && found.loras != mentions)
      throw Error(ErrorCategory::bad_argument,
                  "prompts that are painted together must call the same adapters; paint them one by one");
    mentions = found.loras;
    order.prompt = found.prompt;
  }
  return mentions;
}

std::map<std::string, fs::path> embeddings_of(const PaintRequest& request, const KnownFiles& known) {
  auto found = known.embeddings;
  if (request.embeddings_dir.empty()) return found;
  if (!fs::is_directory(request.embeddings_dir))
    throw Error(ErrorCategory::not_found, fmt::format("--embd-dir names {}, which is no folder", request.embeddings_dir));
  for (const auto& entry : fs::directory_iterator(request.embeddings_dir)) {
    const auto ending = entry.path().extension();
    if (entry.path().stem() == "model") continue;  // of the run whose folder it is
    if (ending == ".pt" || ending == ".safetensors" || ending == ".bin")
      found.emplace(entry.path().stem().string(), entry.path());
  }
  return found;
}

bool is_called(const std::string& name, const std::vector<PictureOrder>& orders) {
  return std::any_of(orders.begin(), orders.end(), [&](const PictureOrder& order) {
    return order.prompt.find(name) != std::string::npos || order.negative_prompt.find(name) != std::string::npos;
  });
}

}  // namespace

WordExtras take_word_extras(const PaintRequest& request, const KnownFiles& known, std::vector<PictureOrder>& orders) {
  WordExtras extras;
  extras.adapters = take_mentions(orders);
  for (const auto& mention : extras.adapters) {
    const auto at = known.adapters.find(mention.name);
    extras.files.push_back(
        {"lora", mention.name,
         at != known.adapters.end() ? at->second : find_network(request.lora_dir, mention.name, "adapter", "--lora-model-dir")});
  }
  for (const auto& [name, path] : embeddings_of(request, known))
    if (is_called(name, orders)) extras.files.push_back({"embedding", name, path});
  return extras;
}

StateDict with_word_extras(const StateDict& model, const WordExtras& extras) {
  if (extras.empty()) return model;
  if (const auto family = description_of(model).family; family != "words")
    throw Error(
        ErrorCategory::bad_argument,
        fmt::format("adapters and embeddings go on a painter of words, and this is a run of the family {}; paint with its base",
                    family));
  auto changed = model;
  for (std::size_t k = 0; k < extras.adapters.size(); ++k)
    changed = with_adapter(changed, sd::read_adapter(extras.files[k].path), extras.adapters[k].unet_weight,
                           extras.adapters[k].text_weight);
  for (std::size_t k = extras.adapters.size(); k < extras.files.size(); ++k)
    changed = with_inversion(changed, read_textual_inversion(extras.files[k].path));
  return changed;
}

std::string strengths_of(const WordExtras& extras) {
  std::string text;
  for (const auto& mention : extras.adapters)
    text += fmt::format("{}:{}:{} ", mention.name, mention.text_weight, mention.unet_weight);
  return text;
}

nlohmann::json record_of(const WordExtras& extras) {
  auto files = nlohmann::json::array();
  for (const auto& file : extras.files) files.push_back(record_of(file, sha256_file(weights_in(file.path))));
  return files;
}

}  // namespace inkstone::studio
