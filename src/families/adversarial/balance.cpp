#include "families/adversarial/balance.hpp"

#include <optional>

#include <fmt/format.h>

namespace inkstone {
namespace {

constexpr double kSure = 0.95, kBeaten = 0.05;  // mean D(x) and D(G(z)) of a discriminator that has won
constexpr double kEven = 0.08;                  // both within this of 0.5: it cannot tell
constexpr double kAlike = 0.5;                  // fakes half as different from each other as pictures of the data are

using Means = std::map<std::string, double>;

std::optional<double> find(const Means& means, const char* name) {
  const auto found = means.find(name);
  if (found == means.end()) return std::nullopt;
  return found->second;
}

std::string collapse(const Means& means) {
  const auto fake = find(means, "pairwise_distance"), real = find(means, "pairwise_distance_real");
  if (!fake || !real || *fake >= kAlike * *real) return {};
  return fmt::format(
      "the painted pictures differ from each other only {:.0f}% as much as those of the data: mode collapse; try a lower "
      "learning rate, a larger "
      "batch, spectral normalisation (Miyato 2018) or wgan-gp (Gulrajani 2017)",
      100 * *fake / *real);
}

std::string probabilities(double real, double fake) {
  if (real > kSure && fake < kBeaten)
    return "D low and G high: the discriminator tells all fakes and the generator learns little; lower the discriminator's rate "
           "or width, "
           "add spectral normalisation, or use the wasserstein loss (Arjovsky 2017)";
  if (real < 0.5 - kEven && fake > 0.5 + kEven)
    return "D high and G low: the discriminator is wrong on both; give it more width or a higher rate";
  return {};
}

std::string losses(double d, double g) {
  if (d < 0.2 && g < 0.2)
    return "both low: the losses contradict each other unless the pictures have collapsed; look at the samples";
  return {};
}

std::string transport(double estimate) {
  if (estimate >= 0) return {};
  return "the Wasserstein estimate is negative: the critic is behind the generator; raise critic-steps or its rate (Arjovsky "
         "2017)";
}

}  // namespace

std::string balance_advice(const Means& means) {
  if (const auto text = collapse(means); !text.empty()) return text;
  const auto estimate = find(means, "wasserstein");
  if (estimate) return transport(*estimate);
  const auto real = find(means, "D(x)"), fake = find(means, "D(G(z))");
  if (real && fake)
    if (const auto text = probabilities(*real, *fake); !text.empty()) return text;
  const auto d = find(means, "d_loss"), g = find(means, "g_loss");
  return d && g ? losses(*d, *g) : std::string();
}

}  // namespace inkstone
