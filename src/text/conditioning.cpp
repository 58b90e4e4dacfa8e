#include "text/conditioning.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "nn/frozen.hpp"

namespace inkstone {
namespace {

constexpr int64_t kContext = 77;  // a chunk with its marks

std::vector<int64_t> ends_of(const std::vector<PromptChunk>& chunks) {
  std::vector<int64_t> ends;
  for (const auto& chunk : chunks) ends.push_back(static_cast<int64_t>(chunk.tokens.size()) + 1);
  return ends;
}

// int64 [N,77]: start, tokens, end, padding.
at::Tensor ids_of(const std::vector<PromptChunk>& chunks, const ClipTokenizer& tokenizer, int64_t padding) {
  auto ids = at::full({static_cast<int64_t>(chunks.size()), kContext}, padding, at::kLong);
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    auto* const row = ids.data_ptr<int64_t>() + static_cast<int64_t>(i) * kContext;
    row[0] = tokenizer.start();
    *std::copy(chunks[i].tokens.begin(), chunks[i].tokens.end(), row + 1) = tokenizer.end();
  }
  return ids;
}

// float32 [N,77]: marks and padding weigh 1.
at::Tensor weights_of(const std::vector<PromptChunk>& chunks) {
  auto weights = at::ones({static_cast<int64_t>(chunks.size()), kContext});
  for (std::size_t i = 0; i < chunks.size(); ++i)
    std::copy(chunks[i].weights.begin(), chunks[i].weights.end(),
              weights.data_ptr<float>() + static_cast<int64_t>(i) * kContext + 1);
  return weights;
}

// All prompts' chunks, prompt after prompt, each with as many as the longest has.
std::vector<PromptChunk> evened(std::vector<std::vector<PromptChunk>> prompts, std::size_t most) {
  std::size_t count = 1;
  for (const auto& chunks : prompts) count = std::max(count, chunks.size());
  if (most > 0) count = std::min(count, most);
  std::vector<PromptChunk> all;
  for (auto& chunks : prompts) {
    chunks.resize(count);
    std::move(chunks.begin(), chunks.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace

TextOptions plain_text() {
  TextOptions options;
  options.chunks.comma_backtrack = 0;
  options.chunks.weights = false;
  options.most_chunks = 1;
  return options;
}

TextConditioner::TextConditioner(std::shared_ptr<const ClipTokenizer> tokenizer, std::vector<TextTower> towers)
    : tokenizer_(std::move(tokenizer)), towers_(std::move(towers)) {
  for (const auto& tower : towers_) {
    const auto& config = tower.network->config();
    if (config.positions < kContext)
      throw Error(ErrorCategory::unsupported,
                  fmt::format("a text encoder of {} positions; prompts need {}", config.positions, kContext));
    if (config.vocabulary <= std::max(tokenizer_->largest(), tower.padding))
      throw Error(ErrorCategory::corrupt_file, fmt::format("the text encoder knows {} tokens and its tokeniser {}",
                                                           config.vocabulary, tokenizer_->largest() + 1));
  }
}

void TextConditioner::insert(TextualInversion inversion) {
  for (const auto& tower : towers_)
    if (inversion.vectors.count(tower.network->config().width) == 0)
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("the embedding '{}' is made for another model: it has no vectors of width {}",
                              inversion.names.empty() ? "" : inversion.names.front(), tower.network->config().width));
  inversions_.push_back(std::move(inversion));
}

at::Tensor TextConditioner::embed(const TextTower& tower, const Chunks& chunks) const {
  auto embedded = ClipText(tower.network)->embed(ids_of(chunks, *tokenizer_, tower.padding), tower.compute);
  for (std::size_t i = 0; i < chunks.size(); ++i)
    for (const auto& insertion : chunks[i].insertions) {
      const auto& inversion = inversions_[insertion.which];
      embedded[static_cast<int64_t>(i)]
          .narrow(0, insertion.at + 1, inversion.length())
          .copy_(inversion.vectors.at(embedded.size(2)));
    }
  return embedded;
}

ClipTextAnswer TextConditioner::run(const TextTower& tower, const Chunks& chunks, const TextOptions& options) const {
  auto network = tower.network;
  auto ask = tower.ask;
  ask.skip += options.skip;
  auto answer = network->forward(embed(tower, chunks), ends_of(chunks), ask);
  answer.hidden = answer.hidden.to(at::kFloat);
  const auto weights = weights_of(chunks).to(answer.hidden.device());
  at::Tensor empty;
  if (options.emphasis == Emphasis::from_empty && !weights.eq(1).all().item<bool>()) {
    const Chunks nothing(1);
    empty = network->forward(embed(tower, nothing), ends_of(nothing), ask).hidden.to(at::kFloat);
  }
  answer.hidden = emphasised(answer.hidden, weights, options.emphasis, empty);
  return answer;
}

TextCondition TextConditioner::encode(const std::vector<std::string>& prompts, const TextOptions& options) {
  std::vector<Chunks> separate;
  for (const auto& prompt : prompts) separate.push_back(chunk_prompt(prompt, *tokenizer_, inversions_, options.chunks));
  const auto chunks = evened(std::move(separate), options.most_chunks);
  const auto n = static_cast<int64_t>(prompts.size()), k = static_cast<int64_t>(chunks.size()) / n;
  std::vector<at::Tensor> hidden, pooled;
  for (auto& tower : towers_) {
    const auto answer = run(tower, chunks, options);
    hidden.push_back(answer.hidden);
    nn::forget_packed(*tower.network);  // until the next prompt they would only take room
    if (answer.pooled.defined()) pooled.push_back(answer.pooled.to(at::kFloat).view({n, k, -1}).select(1, 0));
  }
  TextCondition condition;
  condition.context = at::cat(hidden, -1).view({n, k * kContext, -1});
  if (!pooled.empty()) condition.pooled = at::cat(pooled, -1);
  return condition;
}

std::vector<ClipText> TextConditioner::networks() const {
  std::vector<ClipText> networks;
  for (const auto& tower : towers_) networks.push_back(tower.network);
  return networks;
}

std::size_t TextConditioner::count_chunks(const std::string& prompt, const TextOptions& options) const {
  return chunk_prompt(prompt, *tokenizer_, inversions_, options.chunks).size();
}

std::vector<nn::TokenSpan> TextConditioner::token_spans(const std::string& prompt, const TextOptions& options) const {
  auto chunks = chunk_prompt(prompt, *tokenizer_, inversions_, options.chunks);
  if (options.most_chunks > 0 && chunks.size() > options.most_chunks) chunks.resize(options.most_chunks);
  return word_spans(chunks, *tokenizer_, inversions_);
}

}  // namespace inkstone
