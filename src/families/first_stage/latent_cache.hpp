// Latents kept from step to step and from run to run, by the pictures that they are of: a mirrored or otherwise changed picture
// is one of its own, other data have other pictures, and another first stage has another file. So what comes out is a function of
// the picture alone, whoever asks in whatever order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include <ATen/core/Tensor.h>

namespace inkstone {

class LatentCache {
 public:
  // A file in the folder, which is made; in memory where the folder is empty. fingerprint: of the network that encodes. shape: of
  // one latent. Throws io.
  LatentCache(const std::filesystem::path& folder, const std::string& fingerprint, std::vector<int64_t> shape);
  ~LatentCache();
  LatentCache(const LatentCache&) = delete;
  LatentCache& operator=(const LatentCache&) = delete;

  // What encode said of this picture when it was first asked for: float16, of the shape. picture: contiguous, on the CPU.
  at::Tensor of(const at::Tensor& picture, const std::function<at::Tensor()>& encode);
  std::size_t size() const { return places_.size(); }

 private:
  void read_places();
  at::Tensor read(int64_t place) const;
  void append(uint64_t key, const at::Tensor& latent);
  int64_t record_bytes() const;

  std::filesystem::path file_;
  std::vector<int64_t> shape_;
  int descriptor_ = -1;
  std::unordered_map<uint64_t, int64_t> places_;  // of its record in the file, or its number in memory
  std::vector<at::Tensor> held_;
};

}  // namespace inkstone
