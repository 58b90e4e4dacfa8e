// Pictures as the latents of a finished first stage: where the second stage of latent diffusion trains and paints (Rombach et al.
// 2022). Nothing in it trains.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "families/first_stage/latent_cache.hpp"
#include "models/stable_diffusion/first_stage.hpp"
#include "train/family.hpp"

namespace inkstone {

class LatentSpace {
 public:
  // first_stage: a run or model of the family first-stage, a `vae` folder of diffusers, or layout(), whose weights come later.
  // Throws not_found, corrupt_file, unsupported, bad_argument (another family).
  explicit LatentSpace(const std::string& first_stage);

  // The config.json of the network, as text: what a finished second stage keeps of where its first came from.
  std::string layout() const;
  Network network() { return {.name = "first_stage", .module = network_.ptr()}; }

  // The shape of the latents of such pictures. Throws bad_argument where the first stage does not take them.
  PictureShape shape_of(const PictureShape& pictures) const;

  // From now on latents are kept: in a file of the folder, or in memory where it is empty.
  void keep(const std::filesystem::path& folder) { folder_ = folder, keeps_ = true; }

  // Pictures float32 [N,C,H,W] in [-1,1] -> their latents, the distribution's means, scaled to a deviation of about one, in the
  // precision of float16. One's does not depend on the others.
  at::Tensor encode(const at::Tensor& pictures);
  // The reverse, in [-1,1].
  at::Tensor decode(const at::Tensor& latents);

 private:
  at::Tensor encode_one(const at::Tensor& picture);

  sd::FirstStage network_{nullptr};
  std::filesystem::path folder_;
  bool keeps_ = false;
  std::unique_ptr<LatentCache> cache_;
};

}  // namespace inkstone
