// What a Stable Diffusion network is told, from words: the text encoders of a checkpoint, asked as its version asks them.
#pragma once

#include <string>
#include <vector>

#include "models/stable_diffusion/checkpoint.hpp"
#include "sample/condition.hpp"
#include "text/conditioning.hpp"

namespace inkstone::sd {

struct PictureExtent {
  int64_t width = 512, height = 512;  // pixels
};

class Prompter {
 public:
  // Throws not_found where the checkpoint has no text encoder; corrupt_file naming a tensor.
  Prompter(const Checkpoint& checkpoint, at::ScalarType compute);

  // As TextConditioner::insert.
  void insert(TextualInversion inversion) { conditioner_.insert(std::move(inversion)); }

  TextConditioner& conditioner() { return conditioner_; }
  const TextConditioner& conditioner() const { return conditioner_; }

  struct Prompt {
    std::string text;
    bool negative = false;
  };
  // One condition for each prompt, of one row, all of the same length. Throws bad_argument (too long, skip beyond the layers).
  std::vector<Condition> conditions(const std::vector<Prompt>& prompts, const PictureExtent& extent, const TextOptions& options);

 private:
  Condition condition(const TextCondition& all, int64_t row, const Prompt& prompt, const PictureExtent& extent) const;

  Version version_;
  bool zeros_for_empty_prompt_;  // the negative one
  TextConditioner conditioner_;
};

}  // namespace inkstone::sd
