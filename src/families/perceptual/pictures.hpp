// Training pictures: decoded once into memory, cut, scaled, mixed and spoiled at random, because pictures under
// optimisation leave the manifold of photographs and the student must stay true there too.
#pragma once

#include <filesystem>
#include <vector>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

namespace inkstone::perceptual {

class PictureStore {
 public:
  // All pictures below the folders, scaled to fit longest_side. Throws not_found when there are none.
  PictureStore(const std::vector<std::filesystem::path>& folders, int longest_side);

  std::size_t size() const { return pictures_.size(); }
  // A random window, enlarged or reduced by up to two, mirrored half of the time: float32 [1,3,side,side] in [0,1].
  at::Tensor cut(int64_t side, const at::Generator& generator) const;

 private:
  std::vector<at::Tensor> pictures_;  // uint8 [3,H,W]
};

// In a third of the cases one of: another cut mixed in, noise, less or more contrast, noise alone at a random grain.
at::Tensor spoil(const at::Tensor& picture, const PictureStore& others, const at::Generator& generator);

// Uniform in [0,1).
double draw(const at::Generator& generator);

}  // namespace inkstone::perceptual
