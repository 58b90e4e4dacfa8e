#include "sample/word_effects.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace inkstone {
namespace {

// Says a picture of the condition's first number, in its left half alone.
class LeftHalf : public Denoiser {
 public:
  Denoised denoise(const at::Tensor& x, double, const Condition& condition) const override {
    ++asked;
    auto said = at::zeros_like(x);
    said.narrow(3, 0, x.size(3) / 2).add_(condition.context.select(1, 0).select(1, 0).view({-1, 1, 1, 1}));
    return {said, {}};
  }
  mutable int asked = 0;
};

struct KeptEffects : nn::AttentionListener {
  void begin(int64_t, int64_t, double) override {}
  void hear(const at::Tensor&) override {}
  int64_t effects_every() const override { return 2; }
  void hear_effects(const at::Tensor& distances) override { heard.push_back(distances); }
  std::vector<at::Tensor> heard;
};

TEST(WordEffects, LeaveOutOneWordAtATime) {
  EXPECT_EQ(without_each_word({{"a", 1, 1}, {"red", 2, 1}, {"fox", 3, 2}}),
            (std::vector<std::string>{"red fox", "a fox", "a red"}));
  EXPECT_EQ(without_each_word({{"fox", 1, 1}}), (std::vector<std::string>{""}));
  EXPECT_TRUE(without_each_word({}).empty());
}

TEST(WordEffects, AreTheDistancesOfTheAnswers) {
  LeftHalf inner, silent;
  KeptEffects kept;
  Condition without;
  without.context = at::arange(10, at::kFloat).view({10, 1, 1});  // ten words: two batches
  const auto asked = probed(inner, silent, without, kept);
  Condition own;
  own.context = at::tensor({3.0f, 100.0f}).view({2, 1, 1});  // the prompt's row first
  const auto x = at::zeros({2, 3, 4, 6});
  for (int question = 0; question < 3; ++question) EXPECT_TRUE(at::equal((*asked)(x, 1, own), inner(x, 1, own)));
  own.perturbation = Perturbation::attention;
  (*asked)(x, 1, own);
  ASSERT_EQ(kept.heard.size(), 2u);  // of the first and the third question
  EXPECT_EQ(silent.asked, 4);
  for (int64_t word = 0; word < 10; ++word) {
    EXPECT_NEAR(kept.heard[0][word][2][0].item<double>(), std::sqrt(3.0) * std::abs(double(word) - 3), 1e-5);
    EXPECT_EQ(kept.heard[0][word][2][5].item<double>(), 0);
  }
}

}  // namespace
}  // namespace inkstone
