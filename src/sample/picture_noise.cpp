#include "sample/picture_noise.hpp"

#include <ATen/ATen.h>

#include "tensor/noise.hpp"

namespace inkstone {

PictureNoise::PictureNoise(const std::vector<uint64_t>& seeds, at::IntArrayRef shape, at::Device device)
    : shape_(shape.begin(), shape.end()), device_(device) {
  for (const auto seed : seeds) generators_.push_back(generator_of(seed));
  next();
}

at::Tensor PictureNoise::next() {
  std::vector<at::Tensor> rows;
  for (auto& generator : generators_) rows.push_back(at::randn(shape_, generator));
  return at::stack(rows).to(device_);
}

}  // namespace inkstone
