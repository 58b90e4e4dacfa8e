// WordPiece against the library `tokenizers`, BERT and the vectors of sentences against transformers, by make_sentences.py.
#include <gtest/gtest.h>
#include <torch/types.h>
#include <nlohmann/json.hpp>

#include "golden/drawn_strings.hpp"
#include "golden/formula_weights.hpp"
#include "text/sentence_encoder.hpp"

namespace inkstone {
namespace {

const nlohmann::json& sentence_goldens() {
  static const auto json = nlohmann::json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/sentences.json"));
  return json;
}

// What the library sees otherwise than Unicode 14 does becomes a space.
std::string without_others(const std::string& text) {
  auto characters = unicode::decode(text);
  for (auto& c : characters)
    for (const auto& range : sentence_goldens()["tokens"]["other"])
      if (c >= range[0].get<uint32_t>() && c <= range[1].get<uint32_t>()) c = ' ';
  return unicode::encode(characters);
}

TEST(WordPiece, EqualsTheReference) {
  const auto& golden = sentence_goldens()["tokens"];
  const auto tokenizer = WordPieceTokenizer::parse(golden["tokenizer"].dump());
  const auto digests = golden["digests"].get<std::string>();
  int wrong = 0;
  for (uint64_t i = 0; i < golden["counts"].size() && wrong < 5; ++i) {
    const auto text = without_others(golden_string(5 * i));
    auto ids = tokenizer.encode(text, 1 << 20);
    ids.erase(ids.begin());
    ids.pop_back();
    const bool same = ids.size() == golden["counts"][i] && digest(ids) == digests.substr(8 * i, 8);
    EXPECT_TRUE(same) << i << ": " << text;
    wrong += !same;
  }
}

BertText small_bert() {
  const auto config = parse_bert_config(sentence_goldens()["bert"]["config"].dump());
  return to_bert_text(formula_weights(*BertText(config)), config);
}

TEST(BertText, EqualsTransformersWithPadding) {
  const auto& golden = sentence_goldens()["bert"];
  const auto ids = (at::arange(60) * 7).remainder(400).view({3, 20});
  const auto mask = at::arange(20).unsqueeze(0).lt(at::tensor({20, 11, 1}, at::kLong).unsqueeze(1)).to(at::kFloat);
  const auto hidden = small_bert()(ids, mask);
  EXPECT_LT(error_of(hidden[0], golden["hidden"]), 1e-5);
  const auto mean = (hidden * mask.unsqueeze(-1)).sum(1) / mask.sum(1, true);
  EXPECT_LT(error_of(mean, golden["mean"]), 1e-5);
  EXPECT_LT(error_of(mean / mean.norm(2, {1}, true), golden["sentence"]), 1e-5);
}

TEST(SentenceEncoder, GivesTheSameVectorsAloneAndInABatch) {
  SentenceEncoder encoder(WordPieceTokenizer::parse(sentence_goldens()["tokens"]["tokenizer"].dump()), small_bert());
  const auto both = encoder.encode({"a photo of a horse", ""});
  EXPECT_EQ(both.sizes().vec(), (std::vector<int64_t>{2, 24}));
  EXPECT_TRUE(at::allclose(both.norm(2, {1}), at::ones({2})));
  EXPECT_TRUE(at::allclose(encoder.encode({""})[0], both[1], 1e-4, 1e-5));
  std::string endless;
  for (int i = 0; i < 500; ++i) endless += "horse ";
  EXPECT_NO_THROW(encoder.encode({endless}));  // cut to the positions that the network has
}

}  // namespace
}  // namespace inkstone
