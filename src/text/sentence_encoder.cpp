#include "text/sentence_encoder.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

fs::path weights_in(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == ".safetensors") return entry.path();
  throw Error(ErrorCategory::not_found, fmt::format("no .safetensors file is in {}", folder.string()));
}

}  // namespace

SentenceEncoder SentenceEncoder::read(const fs::path& folder) {
  const auto config = read_bert_config(folder / "config.json");
  auto tokenizer = WordPieceTokenizer::read(folder / "tokenizer.json");
  const auto weights = weights_in(folder);
  nn::FillOptions options;
  options.origin = weights.string();
  return {std::move(tokenizer), to_bert_text(read_safetensors(weights), config, options)};
}

SentenceEncoder::SentenceEncoder(WordPieceTokenizer tokenizer, BertText network)
    : tokenizer_(std::move(tokenizer)), network_(std::move(network)) {}

at::Tensor SentenceEncoder::encode(const std::vector<std::string>& texts) {
  if (texts.empty()) throw Error(ErrorCategory::bad_argument, "there is no text to encode");
  const auto positions = static_cast<std::size_t>(network_->config().positions);
  const auto most = tokenizer_.longest() > 0 ? std::min(tokenizer_.longest(), positions) : positions;
  std::vector<std::vector<int64_t>> rows;
  std::size_t length = 0;
  for (const auto& text : texts) length = std::max(length, rows.emplace_back(tokenizer_.encode(text, most)).size());
  const auto n = static_cast<int64_t>(rows.size()), l = static_cast<int64_t>(length);
  auto ids = at::zeros({n, l}, at::kLong), mask = at::zeros({n, l});
  for (int64_t i = 0; i < n; ++i) {
    const auto& row = rows[static_cast<std::size_t>(i)];
    std::copy(row.begin(), row.end(), ids.data_ptr<int64_t>() + i * l);
    std::fill_n(mask.data_ptr<float>() + i * l, row.size(), 1.0F);
  }
  const auto weights = mask.unsqueeze(-1);
  const auto mean = (network_(ids, mask) * weights).sum(1) / weights.sum(1);
  return mean / mean.norm(2, {1}, true).clamp_min(1e-12);
}

}  // namespace inkstone
