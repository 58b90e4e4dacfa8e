#include "eval/bleu.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

using Runs = std::map<WordList, std::size_t>;

Runs runs_of(const WordList& words, std::size_t length) {
  Runs runs;
  for (std::size_t first = 0; first + length <= words.size(); ++first)
    ++runs[WordList(words.begin() + long(first), words.begin() + long(first + length))];
  return runs;
}

struct RunShare {
  std::size_t right = 0, said = 0, wanted = 0;
};

void count_runs(RunShare& share, const Runs& said, const Runs& wanted) {
  for (const auto& [run, times] : said) {
    const auto found = wanted.find(run);
    share.right += found == wanted.end() ? 0 : std::min(times, found->second);
    share.said += times;
  }
  for (const auto& [run, times] : wanted) share.wanted += times;
}

}  // namespace

double bleu(const std::vector<WordList>& said, const std::vector<WordList>& wanted, std::size_t longest) {
  if (said.size() != wanted.size()) throw Error(ErrorCategory::bad_argument, "BLEU compares as many sentences as are wanted");
  double logs = 0, brevity = 0;
  std::size_t lengths = 0;
  for (std::size_t length = 1; length <= longest; ++length) {
    RunShare share;
    for (std::size_t k = 0; k < said.size(); ++k) count_runs(share, runs_of(said[k], length), runs_of(wanted[k], length));
    if (share.said == 0 && share.wanted == 0) continue;
    if (share.right == 0) return 0;
    if (length == 1) brevity = std::min(0.0, 1 - double(share.wanted) / double(share.said));
    logs += std::log(double(share.right) / double(share.said));
    ++lengths;
  }
  return lengths == 0 ? 0 : std::exp(brevity + logs / double(lengths));
}

}  // namespace inkstone
