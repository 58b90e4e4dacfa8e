#include "eval/inception_score.hpp"

#include <cmath>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

double score_of(const at::Tensor& p) {
  const auto marginal = p.mean(0, true);
  // 0 log 0 is 0
  return std::exp((at::xlogy(p, p) - at::xlogy(p, marginal)).sum(1).mean().item<double>());
}

}  // namespace

InceptionScore inception_score(const at::Tensor& probabilities, int64_t splits) {
  const int64_t count = probabilities.size(0);
  if (splits < 1 || count < splits)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the inception score in {} parts needs at least as many pictures; there are {}", splits, count));
  const auto p = probabilities.to(at::kDouble);
  std::vector<double> scores;
  for (int64_t i = 0; i < splits; ++i) {
    const int64_t first = i * count / splits, last = (i + 1) * count / splits;
    scores.push_back(score_of(p.narrow(0, first, last - first)));
  }
  const auto values = at::tensor(scores, at::kDouble);
  return {values.mean().item<double>(), values.std(/*unbiased=*/false).item<double>()};
}

double class_balance(const at::Tensor& probabilities) {
  const auto marginal = probabilities.to(at::kDouble).mean(0);
  const double classes = static_cast<double>(marginal.size(0));
  return classes < 2 ? 1 : -at::xlogy(marginal, marginal).sum().item<double>() / std::log(classes);
}

}  // namespace inkstone
