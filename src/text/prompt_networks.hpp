// Networks that a prompt asks for by name: <lora:name:0.8>.
#pragma once

#include <string>
#include <vector>

namespace inkstone {

struct LoraMention {
  std::string name;
  double text_weight = 1, unet_weight = 1;
  bool operator==(const LoraMention&) const = default;
};

// The prompt without its <lora:NAME>, <lora:NAME:WEIGHT> and <lora:NAME:TEXT WEIGHT:UNET WEIGHT> (lyco means the same), and these
// in their order. Weights may be named te= and unet=. Throws bad_argument where a weight is no number, the name is empty or the
// prompt is too long.
struct PromptWithLoras {
  std::string prompt;
  std::vector<LoraMention> loras;
};
PromptWithLoras extract_loras(const std::string& prompt);

}  // namespace inkstone
