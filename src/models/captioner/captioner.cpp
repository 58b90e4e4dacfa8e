#include "models/captioner/captioner.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

#include "models/captioner/search.hpp"
#include "text/unicode.hpp"

namespace inkstone::captioner {

Language language_of(std::string_view text) {
  const auto letters = unicode::decode(text);
  return std::any_of(letters.begin(), letters.end(), unicode::is_han) ? Language::chinese : Language::english;
}

int64_t start_of(Language language, const CaptionerConfig& config) {
  return config.vocabulary + (language == Language::chinese ? 1 : 0);
}

Caption Captioner::say(const at::Tensor& picture, Language language, int64_t beams) {
  const at::NoGradGuard frozen;
  const auto& config = network->config();
  const auto places = network->encoder(picture);
  const auto next = [&](const at::Tensor& beginnings) {
    const auto logits = network->decoder(places.expand({beginnings.size(0), -1, -1}), beginnings.to(places.device()));
    return logits.select(1, -1).log_softmax(1);
  };
  const auto found =
      beam_search(next, start_of(language, config), {.end = WordTokens::kPad, .longest = config.length, .beams = beams});
  return {tokens.text(found.ids), std::exp(found.log_probability)};
}

}  // namespace inkstone::captioner
