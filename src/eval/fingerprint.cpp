#include "eval/fingerprint.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace inkstone {
namespace {

constexpr int64_t kPicturesLookedAt = 64;

// Fowler, Noll and Vo.
class Fnv {
 public:
  void add(Bytes bytes) {
    for (const auto byte : bytes) state_ = (state_ ^ static_cast<uint64_t>(byte)) * 1099511628211u;
  }
  void add(const at::Tensor& tensor) {
    const auto plain = tensor.contiguous();
    add(as_bytes(fmt::format("[{}]", fmt::join(plain.sizes(), ","))));
    add(Bytes(static_cast<const std::byte*>(plain.data_ptr()), plain.nbytes()));
  }
  std::string text() const { return fmt::format("{:016x}", state_); }

 private:
  uint64_t state_ = 14695981039346656037u;
};

}  // namespace

std::string fingerprint(Bytes bytes) {
  Fnv hash;
  hash.add(bytes);
  return hash.text();
}

std::string fingerprint(const StateDict& weights) {
  Fnv hash;
  for (const auto& [name, tensor] : weights.tensors) {
    hash.add(as_bytes(name));
    hash.add(tensor);
  }
  return hash.text();
}

std::string fingerprint(const Dataset& pictures) {
  Fnv hash;
  const int64_t count = pictures.size(), looked_at = std::min(count, kPicturesLookedAt);
  hash.add(as_bytes(fmt::format("{}", count)));
  for (int64_t i = 0; i < looked_at; ++i) {
    const auto sample = pictures.get(i * count / looked_at);
    hash.add(sample.picture);
    hash.add(as_bytes(fmt::format("{}", sample.label)));
  }
  return hash.text();
}

}  // namespace inkstone
