#include "models/captioner/captioner.hpp"

#include <cmath>
#include <map>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "models/captioner/search.hpp"

namespace inkstone::captioner {
namespace {

constexpr int64_t kEnd = 0, kStart = 9;
using Ids = std::vector<int64_t>;

// A language by hand: p(next | so far), where the sentences begin behind kStart; what is not there is impossible.
NextWord language(const std::map<Ids, std::map<int64_t, double>>& table) {
  return [table](const at::Tensor& beginnings) {
    auto log_p = at::full({beginnings.size(0), 10}, -1e9);
    for (int64_t row = 0; row < beginnings.size(0); ++row) {
      const auto ids = beginnings[row].contiguous();
      EXPECT_EQ(ids[0].item<int64_t>(), kStart);
      const Ids so_far(ids.data_ptr<int64_t>() + 1, ids.data_ptr<int64_t>() + ids.numel());
      if (!table.contains(so_far)) continue;
      for (const auto& [token, p] : table.at(so_far)) log_p[row][token] = std::log(p);
    }
    return log_p;
  };
}

// "1" begins more often than "2", but what comes after it is torn between two: 0.6 * 0.5 < 0.4 * 1.
const auto kTorn = language({{{}, {{1, 0.6}, {2, 0.4}}},
                             {{1}, {{3, 0.5}, {4, 0.5}}},
                             {{2}, {{3, 1.0}}},
                             {{1, 3}, {{kEnd, 1.0}}},
                             {{1, 4}, {{kEnd, 1.0}}},
                             {{2, 3}, {{kEnd, 1.0}}}});

TEST(BeamSearch, FindsWhatTheGreedyMiss) {
  const auto greedy = beam_search(kTorn, kStart, {.end = kEnd, .beams = 1});
  EXPECT_EQ(greedy.ids.front(), 1);
  EXPECT_NEAR(std::exp(greedy.log_probability), 0.3, 1e-6);
  const auto beam = beam_search(kTorn, kStart, {.end = kEnd, .beams = 2});
  EXPECT_EQ(beam.ids, (Ids{2, 3}));
  EXPECT_NEAR(std::exp(beam.log_probability), 0.4, 1e-6);
}

// What is unlikely ends early; the search goes on for what may still be better, as the greedy do anyway.
TEST(BeamSearch, DoesNotStopAtTheFirstEnds) {
  const auto patient = language({{{}, {{1, 0.9}, {2, 0.05}, {3, 0.05}}},
                                 {{1}, {{4, 1.0}}},
                                 {{2}, {{kEnd, 1.0}}},
                                 {{3}, {{kEnd, 1.0}}},
                                 {{1, 4}, {{5, 0.9}, {kEnd, 0.1}}},
                                 {{1, 4, 5}, {{kEnd, 1.0}}}});
  for (const int64_t beams : {1, 2, 3, 5})
    EXPECT_EQ(beam_search(patient, kStart, {.end = kEnd, .beams = beams}).ids, (Ids{1, 4, 5})) << beams;
}

// "1" has 0.3 over two tokens, "2 3" 0.28 over three: by word the longer one is the likelier, -0.424 against -0.602.
TEST(BeamSearch, RanksByWordWhereAsked) {
  const auto torn = language({{{}, {{1, 0.3}, {2, 0.7}}},
                              {{1}, {{kEnd, 1.0}}},
                              {{2}, {{3, 0.4}, {4, 0.35}, {5, 0.25}}},
                              {{2, 3}, {{kEnd, 1.0}}},
                              {{2, 4}, {{kEnd, 1.0}}},
                              {{2, 5}, {{kEnd, 1.0}}}});
  EXPECT_EQ(beam_search(torn, kStart, {.end = kEnd, .beams = 4, .length_power = 0}).ids, Ids{1});
  EXPECT_EQ(beam_search(torn, kStart, {.end = kEnd, .beams = 4, .length_power = 1}).ids, (Ids{2, 3}));
}

TEST(BeamSearch, StopsWithinItsLength) {
  const auto forever = [](const at::Tensor& beginnings) {
    auto log_p = at::full({beginnings.size(0), 10}, -1e9);
    log_p.select(1, 7).zero_();
    return log_p;
  };
  EXPECT_EQ(beam_search(forever, kStart, {.end = kEnd, .longest = 5, .beams = 1}).ids, Ids(5, 7));
  const auto silent = language({{{}, {{kEnd, 1.0}}}});
  EXPECT_TRUE(beam_search(silent, kStart, {.end = kEnd, .beams = 3}).ids.empty());
}

TEST(Captioner, KnowsTheLanguageOfAText) {
  EXPECT_EQ(language_of("a red fox"), Language::english);
  EXPECT_EQ(language_of("两只 foxes"), Language::chinese);
  EXPECT_EQ(language_of(""), Language::english);
}

// A word depends on the words before it alone, and padding behind a sentence changes nothing of it.
TEST(Captioner, SeesNothingAhead) {
  at::manual_seed(3);
  Network network(CaptionerConfig{
      .height = 16, .width = 24, .strokes = 4, .features = 8, .depth = 2, .heads = 2, .length = 6, .vocabulary = 12});
  network->eval();
  const at::NoGradGuard frozen;
  const auto picture = at::randn({1, 3, 16, 24});
  const auto ids = at::tensor({12, 3, 4, 5}, at::kLong).unsqueeze(0);
  auto others = ids.clone();
  others[0][3] = 9;
  const auto a = network->forward(picture, ids), b = network->forward(picture, others),
             c = network->forward(picture, ids.narrow(1, 0, 2));
  EXPECT_TRUE(at::allclose(a.narrow(1, 0, 3), b.narrow(1, 0, 3), 0, 1e-6));
  EXPECT_TRUE(at::allclose(a.narrow(1, 0, 2), c, 0, 1e-5));
  EXPECT_GT((a[0][3] - b[0][3]).abs().max().item<double>(), 1e-4);
  EXPECT_GT((network->forward(-picture, ids) - a).abs().max().item<double>(), 1e-4);
}

}  // namespace
}  // namespace inkstone::captioner
