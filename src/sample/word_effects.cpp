#include "sample/word_effects.hpp"

#include <algorithm>

#include <ATen/ATen.h>

namespace inkstone {
namespace {

constexpr int64_t kAskedTogether = 8;

class Probed : public Denoiser {
 public:
  Probed(const Denoiser& inner, const Denoiser& silent, Condition without, nn::AttentionListener& listener)
      : inner_(inner), silent_(silent), without_(std::move(without)), listener_(listener), words_(without_.context.size(0)) {}

  Denoised denoise(const at::Tensor& x, double sigma, const Condition& condition) const override {
    auto answer = inner_.denoise(x, sigma, condition);
    if (condition.perturbation == Perturbation::none && questions_++ % listener_.effects_every() == 0)
      listener_.hear_effects(distances(x.narrow(0, 0, 1), sigma, answer.x0.narrow(0, 0, 1)));
    return answer;
  }

 private:
  at::Tensor distances(const at::Tensor& x, double sigma, const at::Tensor& said) const {
    std::vector<at::Tensor> parts;
    for (int64_t first = 0; first < words_; first += kAskedTogether) {
      const int64_t count = std::min(kAskedTogether, words_ - first);
      const auto some = each_tensor(without_, [&](const at::Tensor& rows) { return rows.narrow(0, first, count); });
      parts.push_back((silent_(x.expand({count, -1, -1, -1}).contiguous(), sigma, some) - said).square().sum(1).sqrt());
    }
    return at::cat(parts).to(at::kCPU, at::kFloat);
  }

  const Denoiser &inner_, &silent_;
  Condition without_;
  nn::AttentionListener& listener_;
  int64_t words_;
  mutable int64_t questions_ = 0;
};

}  // namespace

std::vector<std::string> without_each_word(const std::vector<nn::TokenSpan>& words) {
  std::vector<std::string> prompts;
  for (std::size_t left_out = 0; left_out < words.size(); ++left_out) {
    auto& prompt = prompts.emplace_back();
    for (std::size_t k = 0; k < words.size(); ++k)
      if (k != left_out) prompt += (prompt.empty() ? "" : " ") + words[k].word;
  }
  return prompts;
}

std::unique_ptr<Denoiser> probed(const Denoiser& inner, const Denoiser& silent, Condition without,
                                 nn::AttentionListener& listener) {
  return std::make_unique<Probed>(inner, silent, std::move(without), listener);
}

}  // namespace inkstone
