// What a frozen encoder said of a picture, remembered by the picture itself: the few pictures of a subject come again and again,
// and mirrored or cut alike they are the same pictures to the encoder.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <unordered_map>

#include <ATen/core/Tensor.h>

namespace inkstone {

class LatentMemory {
 public:
  explicit LatentMemory(std::size_t most) : most_(most) {}

  // encode(picture) the first time, then the same again; picture: contiguous, on the CPU. When `most` are kept, new ones are not.
  at::Tensor of(const at::Tensor& picture, const std::function<at::Tensor()>& encode);
  std::size_t size() const { return known_.size(); }

 private:
  struct Known {
    at::Tensor picture, said;
  };
  std::size_t most_;
  std::unordered_map<std::size_t, Known> known_;
};

}  // namespace inkstone
