// What prompts put on a painter of words: adapters by <lora:name:0.8>, and words of one's own by their names.
#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "inkstone/paint_request.hpp"
#include "studio/diffusion/known_files.hpp"
#include "tensor/state_dict.hpp"
#include "text/prompt_networks.hpp"

namespace inkstone::studio {

struct WordExtras {
  std::vector<LoraMention> adapters;
  std::vector<UsedFile> files;  // of the adapters in their order, then of the words

  bool empty() const { return files.empty(); }
};

// Takes the mentions of adapters out of the orders' prompts. Throws bad_argument where prompts call different ones, not_found.
WordExtras take_word_extras(const PaintRequest& request, const KnownFiles& known, std::vector<PictureOrder>& orders);

// The model with them. Throws bad_argument where one is made for another model.
StateDict with_word_extras(const StateDict& model, const WordExtras& extras);

// How strongly the adapters are put on, as text: two that differ in it make two models.
std::string strengths_of(const WordExtras& extras);

// As a recipe remembers them.
nlohmann::json record_of(const WordExtras& extras);

}  // namespace inkstone::studio
