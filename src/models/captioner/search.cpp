#include "models/captioner/search.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>

#include <ATen/ATen.h>

namespace inkstone::captioner {
namespace {

double ranked(double log_probability, std::size_t length, const SearchOptions& options) {
  return log_probability / std::pow(double(length), options.length_power);
}

at::Tensor with_start(const std::vector<Sentence>& beginnings, int64_t start) {
  std::vector<at::Tensor> rows;
  for (const auto& beginning : beginnings) {
    std::vector<int64_t> ids = {start};
    ids.insert(ids.end(), beginning.ids.begin(), beginning.ids.end());
    rows.push_back(at::tensor(ids, at::kLong));
  }
  return at::stack(rows);
}

// The likeliest ways to go on, best first: which beginning, with which token.
std::vector<std::tuple<double, std::size_t, int64_t>> steps_from(const std::vector<Sentence>& beginnings, const at::Tensor& log_p,
                                                                 int64_t most) {
  std::vector<double> so_far;
  for (const auto& beginning : beginnings) so_far.push_back(beginning.log_probability);
  const auto totals = (log_p.to(at::kCPU, at::kDouble) + at::tensor(so_far, at::kDouble).unsqueeze(1)).flatten();
  const auto [best, places] = totals.topk(std::min(most, totals.numel()));
  std::vector<std::tuple<double, std::size_t, int64_t>> steps;
  for (int64_t k = 0; k < best.size(0); ++k) {
    const int64_t place = places[k].item<int64_t>();
    steps.emplace_back(best[k].item<double>(), std::size_t(place / log_p.size(1)), place % log_p.size(1));
  }
  return steps;
}

}  // namespace

Sentence beam_search(const NextWord& next, int64_t start, const SearchOptions& options) {
  const auto beams = std::size_t(options.beams);
  const auto rank_of = [&](const Sentence& sentence) {
    return ranked(sentence.log_probability, sentence.ids.size() + 1, options);
  };
  // No beginning can become likelier: at best it stays as it is, to the full length.
  const auto hopes = [&](const Sentence& beginning) {
    return ranked(beginning.log_probability, std::size_t(options.longest), options);
  };
  std::vector<Sentence> live = {{}};
  std::optional<Sentence> best;
  for (int64_t length = 1; length <= options.longest && !live.empty() && (!best || hopes(live.front()) > rank_of(*best));
       ++length) {
    const auto steps = steps_from(live, next(with_start(live, start)), 2 * options.beams);
    std::vector<Sentence> longer;
    for (std::size_t rank = 0; rank < steps.size() && longer.size() < beams; ++rank) {
      const auto& [log_probability, from, token] = steps[rank];
      Sentence sentence{live[from].ids, log_probability};
      if (token != options.end)
        sentence.ids.push_back(token), longer.push_back(std::move(sentence));
      else if (rank < beams && (!best || rank_of(sentence) > rank_of(*best)))
        best = std::move(sentence);
    }
    live = std::move(longer);
  }
  return best ? *best : live.front();
}

}  // namespace inkstone::captioner
