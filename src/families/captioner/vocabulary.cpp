#include "families/captioner/vocabulary.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "text/prompt_length.hpp"
#include "text/word_tokens.hpp"

namespace inkstone {
namespace {

constexpr int64_t kSmallSet = 1000;  // of which a word that comes once is kept

std::set<std::string> words_of(const std::string& caption) {
  static const WordTokens all_spelled({});
  std::set<std::string> words;
  if (caption.size() > kLongestPrompt) return words;
  for (const auto& span : all_spelled.spans(caption, kLongestPrompt)) words.insert(span.word);
  return words;
}

}  // namespace

std::vector<std::string> caption_words(const Dataset& data) {
  const int64_t stride = std::max<int64_t>(1, data.size() / kCaptionsRead);
  std::map<std::string, int64_t> captions_with;
  for (int64_t k = 0; k < data.size() && k / stride < kCaptionsRead; k += stride)
    for (const auto& word : words_of(data.get(k).caption)) ++captions_with[word];
  const int64_t least = data.size() < kSmallSet ? 1 : 2;
  std::vector<std::pair<int64_t, std::string>> ranked;
  for (const auto& [word, captions] : captions_with)
    if (captions >= least) ranked.emplace_back(-captions, word);
  std::sort(ranked.begin(), ranked.end());
  if (ranked.size() > std::size_t(kMostWords)) ranked.resize(std::size_t(kMostWords));
  std::vector<std::string> words;
  for (auto& [rank, word] : ranked) words.push_back(std::move(word));
  return words;
}

void take_vocabulary(nlohmann::json& options, const Dataset& data) {
  if (options.value("vocabulary", nlohmann::json::array()).empty()) options["vocabulary"] = caption_words(data);
}

}  // namespace inkstone
