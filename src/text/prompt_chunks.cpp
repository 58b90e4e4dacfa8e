#include "text/prompt_chunks.hpp"

#include <algorithm>

#include "text/prompt_weights.hpp"

namespace inkstone {
namespace {

struct Called {
  std::vector<std::int64_t> tokens;
  std::size_t which;
};

// The names of all inversions as tokens, the longest first.
std::vector<Called> names_of(const std::vector<TextualInversion>& inversions, const ClipTokenizer& tokenizer) {
  std::vector<Called> names;
  for (std::size_t i = 0; i < inversions.size(); ++i)
    for (const auto& name : inversions[i].names) names.push_back({tokenizer.encode(name), i});
  std::erase_if(names, [](const Called& name) { return name.tokens.empty(); });
  std::stable_sort(names.begin(), names.end(),
                   [](const Called& a, const Called& b) { return a.tokens.size() > b.tokens.size(); });
  return names;
}

class Chunker {
 public:
  Chunker(const ClipTokenizer& tokenizer, const std::vector<TextualInversion>& inversions, const ChunkOptions& options)
      : tokenizer_(tokenizer),
        inversions_(inversions),
        options_(options),
        names_(names_of(inversions, tokenizer)),
        comma_(tokenizer.encode(",").at(0)) {}

  void add(const WeightedText& part) {
    const auto tokens = tokenizer_.encode(part.text);
    const auto weight = static_cast<float>(part.weight);
    for (auto at = tokens.begin(); at != tokens.end();) {
      const auto* name = name_at(at, tokens.end());
      if (name == nullptr) {
        add_token(*at++, weight);
      } else {
        insert(name->which, weight);
        at += static_cast<std::ptrdiff_t>(name->tokens.size());
      }
    }
  }

  void end_chunk() {
    chunks_.push_back(std::move(chunk_));
    chunk_ = {};
    after_comma_ = 0;
  }

  std::vector<PromptChunk> finish() {
    if (!chunk_.tokens.empty() || chunks_.empty()) end_chunk();
    return std::move(chunks_);
  }

 private:
  using Tokens = std::vector<std::int64_t>::const_iterator;

  const Called* name_at(Tokens at, Tokens end) const {
    for (const auto& name : names_)
      if (static_cast<std::size_t>(end - at) >= name.tokens.size() && std::equal(name.tokens.begin(), name.tokens.end(), at))
        return &name;
    return nullptr;
  }

  std::int64_t used() const { return static_cast<std::int64_t>(chunk_.tokens.size()); }

  void add_token(std::int64_t token, float weight) {
    if (used() == options_.length) {
      if (token == comma_) {
        end_chunk();
      } else {
        break_full_chunk();
      }
    }
    chunk_.tokens.push_back(token);
    chunk_.weights.push_back(weight);
    if (token == comma_) after_comma_ = used();
  }

  void insert(std::size_t which, float weight) {
    const auto length = inversions_[which].length();
    if (used() == options_.length) break_full_chunk();
    if (used() + length > options_.length) end_chunk();
    chunk_.insertions.push_back({used(), which});
    chunk_.tokens.insert(chunk_.tokens.end(), length, 0);
    chunk_.weights.insert(chunk_.weights.end(), length, weight);
  }

  // What follows the last comma opens the next chunk, where that is near enough.
  void break_full_chunk() {
    const auto from = after_comma_;
    const bool near = from > 0 && used() - (from - 1) <= options_.comma_backtrack;
    PromptChunk next;
    if (near) {
      next.tokens.assign(chunk_.tokens.begin() + from, chunk_.tokens.end());
      next.weights.assign(chunk_.weights.begin() + from, chunk_.weights.end());
      for (auto insertion : chunk_.insertions)
        if (insertion.at >= from) next.insertions.push_back({insertion.at - from, insertion.which});
      chunk_.tokens.resize(from);
      chunk_.weights.resize(from);
      std::erase_if(chunk_.insertions, [&](const Insertion& insertion) { return insertion.at >= from; });
    }
    end_chunk();
    chunk_ = std::move(next);
  }

  const ClipTokenizer& tokenizer_;
  const std::vector<TextualInversion>& inversions_;
  const ChunkOptions& options_;
  std::vector<Called> names_;
  std::int64_t comma_, after_comma_ = 0;  // tokens of the chunk up to its last comma, 0 where it has none
  PromptChunk chunk_;
  std::vector<PromptChunk> chunks_;
};

}  // namespace

std::vector<PromptChunk> chunk_prompt(std::string_view prompt, const ClipTokenizer& tokenizer,
                                      const std::vector<TextualInversion>& inversions, const ChunkOptions& options) {
  Chunker chunker(tokenizer, inversions, options);
  std::vector<std::vector<WeightedText>> sections{{{std::string(prompt), 1}}};
  if (options.weights) sections = parse_weights(prompt);
  for (std::size_t i = 0; i < sections.size(); ++i) {
    if (i > 0) chunker.end_chunk();
    for (const auto& part : sections[i]) chunker.add(part);
  }
  return chunker.finish();
}

}  // namespace inkstone
