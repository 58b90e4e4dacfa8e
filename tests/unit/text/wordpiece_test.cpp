#include "text/wordpiece.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "inkstone/error.hpp"
#include "text/bert_text.hpp"

namespace inkstone {
namespace {

nlohmann::json small_tokenizer() {
  return {{"normalizer", {{"type", "BertNormalizer"}, {"lowercase", true}}},
          {"added_tokens", {{{"id", 0}, {"content", "[UNK]"}}, {{"id", 2}, {"content", "[SEP]"}}}},
          {"truncation", {{"max_length", 128}}},
          {"model",
           {{"type", "WordPiece"},
            {"vocab", {{"[UNK]", 0}, {"[CLS]", 1}, {"[SEP]", 2}, {"un", 3}, {"##aff", 4}, {"##able", 5}, {"!", 6}}}}}};
}

using Ids = std::vector<int64_t>;

TEST(WordPieceTokenizer, CutsTheLongestPieces) {
  const auto tokenizer = WordPieceTokenizer::parse(small_tokenizer().dump());
  EXPECT_EQ(tokenizer.encode("Unaffable!", 100), (Ids{1, 3, 4, 5, 6, 2}));
  EXPECT_EQ(tokenizer.encode("\u00dcn\u00e4ff", 100), (Ids{1, 3, 4, 2}));
  EXPECT_EQ(tokenizer.encode("unx ! unaff", 100), (Ids{1, 0, 6, 3, 4, 2}));
  EXPECT_EQ(tokenizer.encode("un[SEP]un", 100), (Ids{1, 3, 2, 3, 2}));
  EXPECT_EQ(tokenizer.encode(std::string(101, 'u'), 100), (Ids{1, 0, 2}));
  EXPECT_EQ(tokenizer.encode("un un un un", 4), (Ids{1, 3, 3, 2}));
  EXPECT_EQ(tokenizer.longest(), 128U);
}

TEST(WordPieceTokenizer, RefusesOtherFiles) {
  const auto refuses = [](const nlohmann::json& json) { EXPECT_THROW(WordPieceTokenizer::parse(json.dump()), Error) << json; };
  refuses(nullptr);
  refuses({{"model", "x"}});
  auto cased = small_tokenizer();
  cased["normalizer"]["lowercase"] = false;
  refuses(cased);
  auto without = small_tokenizer();
  without["model"]["vocab"].erase("[CLS]");
  refuses(without);
  auto negative = small_tokenizer();
  negative["model"]["vocab"]["un"] = -4;
  refuses(negative);
  for (const auto& odd : {nlohmann::json(), nlohmann::json("x"), nlohmann::json::array({1})}) {
    auto json = small_tokenizer();
    json["model"]["vocab"] = odd;
    refuses(json);
  }
}

TEST(BertConfig, RefusesNonsense) {
  for (const char* json : {"", "3", R"({"hidden_size": 0})", R"({"hidden_size": 10, "num_attention_heads": 3})"})
    EXPECT_THROW(parse_bert_config(json), Error) << json;
  EXPECT_THROW(parse_bert_config(R"({"hidden_act": "relu"})"), Error);
  EXPECT_EQ(parse_bert_config("{}").layers, 6);
}

}  // namespace
}  // namespace inkstone
