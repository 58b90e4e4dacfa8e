#include "eval/perceptual_distance.hpp"

#include <utility>

#include <ATen/ATen.h>

#include "inkstone/error.hpp"
#include "models/features/perceptual_distance.hpp"

namespace inkstone {
namespace {

void check_pair(const at::Tensor& a, const at::Tensor& b) {
  if (a.sizes() != b.sizes())
    throw Error(ErrorCategory::bad_argument, "a perceptual distance compares pictures of one size; resize one set first");
}

PairDistance of_pairs(PerceptualDistance distance) {
  return [distance = std::move(distance)](const at::Tensor& a, const at::Tensor& b) {
    check_pair(a, b);
    const at::NoGradGuard frozen;
    return distance.between(distance.look(a), distance.look(b));
  };
}

}  // namespace

PairDistance make_lpips(const StateDict& network, const StateDict& linear) {
  return of_pairs(lpips_distance(network, linear));
}

PairDistance make_perceptual_distance(FeatureNetwork network, std::vector<std::string> layers) {
  return of_pairs(perceptual_distance(std::move(network), std::move(layers)));
}

PairDistance make_perceptual_distance() {
  return of_pairs(perceptual_distance());
}

}  // namespace inkstone
