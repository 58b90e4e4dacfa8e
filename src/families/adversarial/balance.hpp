// The state of an adversarial game in plain words, from its reported means.
#pragma once

#include <map>
#include <string>

namespace inkstone {

// Reads "D(x)", "D(G(z))", "d_loss", "g_loss", "wasserstein" and "pairwise_distance"(_real), as far as they are there. Empty
// while nothing is wrong.
std::string balance_advice(const std::map<std::string, double>& means);

}  // namespace inkstone
