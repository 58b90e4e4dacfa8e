#include "text/clip_tokenizer_files.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "text/clip_tokenizer.hpp"
#include "text/embedded_merges.hpp"
#include "weights/gzip.hpp"

namespace inkstone {
namespace {

constexpr std::uint64_t kMostMergesText = std::uint64_t(1) << 24;
constexpr int kMergesOfClip = 49152 - 256 - 2;

// A line that says the version, and the merges that CLIP uses of its list.
std::string merges_text() {
  const auto all = gunzip(embedded_clip_merges(), kMostMergesText);
  auto end = all.find('\n') + 1;
  const auto begin = end;
  for (int merge = 0; merge < kMergesOfClip && end != 0; ++merge) end = all.find('\n', end) + 1;
  return "#version: 0.2\n" + all.substr(begin, end - begin);
}

// In the order of the ids, as the original is.
std::string vocabulary_json() {
  const auto tokenizer = ClipTokenizer::embedded();
  std::vector<std::pair<int, std::string>> tokens;
  for (const auto& [token, id] : tokenizer.vocabulary()) tokens.emplace_back(id, token);
  std::sort(tokens.begin(), tokens.end());
  std::string text;
  for (const auto& [id, token] : tokens)
    text += fmt::format("{}{}: {}", text.empty() ? "{" : ", ", nlohmann::json(token).dump(), id);
  return text + "}";
}

nlohmann::json special_tokens(ClipPadding padding) {
  return {{"bos_token", "<|startoftext|>"},
          {"eos_token", "<|endoftext|>"},
          {"unk_token", "<|endoftext|>"},
          {"pad_token", padding == ClipPadding::end_mark ? "<|endoftext|>" : "!"}};
}

void write_text(const std::filesystem::path& path, const std::string& text) {
  write_file_atomic(path, as_bytes(text));
}

}  // namespace

void write_clip_tokenizer(const std::filesystem::path& folder, ClipPadding padding) {
  auto config = special_tokens(padding);
  config.update({{"tokenizer_class", "CLIPTokenizer"},
                 {"model_max_length", 77},
                 {"do_lower_case", true},
                 {"add_prefix_space", false},
                 {"errors", "replace"}});
  write_text(folder / "vocab.json", vocabulary_json());
  write_text(folder / "merges.txt", merges_text());
  write_text(folder / "tokenizer_config.json", config.dump(2));
  write_text(folder / "special_tokens_map.json", special_tokens(padding).dump(2));
}

}  // namespace inkstone
