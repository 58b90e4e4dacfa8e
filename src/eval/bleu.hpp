// How much of the wanted sentences' runs of words the said ones have: BLEU of a whole set (Papineni et al., ACL 2002).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace inkstone {

using WordList = std::vector<std::string>;

// exp(min(0, 1 - r/c)) (p_1 ... p_n)^(1/n) in [0,1]: c and r the words said and wanted, p_k the share of runs of k words said
// that are wanted, each counted as often as it is wanted; runs that nobody could say are left out. One wanted sentence to each
// said one. Throws bad_argument for lists of different lengths.
double bleu(const std::vector<WordList>& said, const std::vector<WordList>& wanted, std::size_t longest = 4);

}  // namespace inkstone
