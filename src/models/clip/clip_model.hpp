// Words and pictures in one space (Radford et al. 2021): which of several texts a picture shows, without having been trained on
// them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/clip/clip_vision.hpp"
#include "models/clip/joint_space.hpp"
#include "text/clip_text.hpp"
#include "text/clip_tokenizer.hpp"

namespace inkstone {

class ClipModel : public JointSpace {
 public:
  // A folder as transformers saves a CLIPModel: config.json, weights, and vocab.json with merges.txt or else the built-in
  // vocabulary. Throws not_found, io, corrupt_file, unsupported.
  explicit ClipModel(const std::filesystem::path& folder);

  at::Tensor see(const at::Tensor& picture) override;
  at::Tensor read(const std::vector<std::string>& texts) override;  // 75 tokens of each
  std::string captioned(const std::string& label) const override { return "a photo of a " + label + "."; }
  double scale() const override { return scale_; }

 private:
  ClipVision vision_;
  ClipText text_;
  ClipTokenizer tokenizer_;
  double scale_;
};

}  // namespace inkstone
