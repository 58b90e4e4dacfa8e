// A data set that lies in memory (or in a mapped file) as one tensor: MNIST, CIFAR, packed shards. The loader reads it
// without going through get(), so that a batch costs microseconds.
#pragma once

#include <memory>

#include "data/dataset.hpp"

namespace inkstone {

class TensorDataset : public Dataset {
 public:
  // pictures: uint8 [N,C,H,W], contiguous, C = 1 or 3, N >= 1. labels: int64 [N] below classes.size() or -1, or undefined: none.
  // captions: N, or empty. Throws bad_argument where these do not agree.
  TensorDataset(at::Tensor pictures, at::Tensor labels, std::vector<std::string> captions, std::vector<std::string> classes);

  int64_t size() const override { return pictures_.size(0); }
  Sample get(int64_t index) const override;
  PictureSize picture_size(int64_t) const override { return {pictures_.size(2), pictures_.size(3)}; }
  std::vector<std::string> classes() const override { return classes_; }

  const at::Tensor& pictures() const { return pictures_; }
  int64_t label(int64_t index) const { return labels_.defined() ? labels_.data_ptr<int64_t>()[index] : -1; }
  const std::vector<std::string>& captions() const { return captions_; }

 private:
  at::Tensor pictures_, labels_;
  std::vector<std::string> captions_, classes_;
};

// Every sample of a data set whose pictures have one size, copied into memory. Throws unsupported where sizes differ.
std::shared_ptr<const TensorDataset> in_memory(const Dataset& dataset);

}  // namespace inkstone
