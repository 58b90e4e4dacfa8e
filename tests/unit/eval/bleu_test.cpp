#include "eval/bleu.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

TEST(Bleu, IsOneForTheVerySentencesAndNoughtForOthers) {
  const std::vector<WordList> wanted = {{"two", "red", "foxes"}, {"a", "cat", "above", "a", "dog"}};
  EXPECT_DOUBLE_EQ(bleu(wanted, wanted), 1);
  EXPECT_EQ(bleu({{"fish"}, {"egg"}}, wanted), 0);
  EXPECT_THROW(bleu({}, wanted), Error);
}

// By hand: 5 of 6 words, 3 of 5 pairs, 1 of 4 triples; "the" counts twice, as often as it is wanted.
TEST(Bleu, CountsRunsOfWords) {
  const std::vector<WordList> said = {{"the", "cat", "sat", "on", "the", "mat"}},
                              wanted = {{"the", "cat", "is", "on", "the", "mat"}};
  EXPECT_NEAR(bleu(said, wanted, 3), std::cbrt(5.0 / 6 * 3 / 5 * 1 / 4), 1e-12);
  EXPECT_NEAR(bleu({{"the", "the", "the", "the"}}, {{"the", "cat", "is", "the"}}, 1), 0.5, 1e-12);
}

// All that is said is right, but half of it is missing: exp(1 - 4/2).
TEST(Bleu, PunishesWhatIsTooShort) {
  EXPECT_NEAR(bleu({{"two", "red"}}, {{"two", "red", "foxes", "sleep"}}, 2), std::exp(-1), 1e-12);
}

}  // namespace
}  // namespace inkstone
