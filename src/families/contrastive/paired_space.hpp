// The space of a trained `contrastive` run: its two encoders with what they need to take pictures and texts as they come.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "families/contrastive/contrastive.hpp"
#include "models/clip/joint_space.hpp"
#include "models/contrastive/pair_encoder.hpp"
#include "text/word_tokens.hpp"

namespace inkstone {

class PairedSpace : public JointSpace {
 public:
  // Weights are drawn from torch's global generator. Throws bad_argument.
  PairedSpace(const ContrastiveOptions& options, const PictureShape& shape);

  at::Tensor see(const at::Tensor& picture) override;  // of any size: its middle is cut to the shape's sides and resized
  at::Tensor read(const std::vector<std::string>& texts) override;
  std::string captioned(const std::string& label) const override { return label; }
  double scale() const override;
  bool is_too_long(const std::string& text) const;  // its end is left out

  // int64 [N,L] where the encoders are.
  at::Tensor ids_of(const std::vector<std::string>& texts) const;
  // Every token of texts too, without gradients.
  contrastive::TextReading read_whole(const std::vector<std::string>& texts);
  // A batch as training has it, float32 [N,C,H,W] in [-1,1], resized where it is of another size -> directions [N,D], without
  // gradients.
  at::Tensor see_batch(const at::Tensor& pictures);

  const PictureShape& shape() const { return shape_; }
  contrastive::PairEncoder encoder() const { return encoder_; }  // the same, not a copy

 private:
  PictureShape shape_;
  WordTokens tokens_;
  contrastive::PairEncoder encoder_;
};

// The space of a finished run or of a model file, on the CPU, asking for no gradients. Throws not_found, corrupt_file,
// bad_argument for a model of another family.
std::shared_ptr<PairedSpace> open_paired_space(const std::filesystem::path& model);

// For sample grids: for each row of wanted [R,D], the `columns` pictures [N,C,H,W] whose directions, seen [N,D], are nearest,
// nearest first, over and over where there are fewer -> [R * columns,C,H,W].
at::Tensor nearest_pictures(const at::Tensor& wanted, const at::Tensor& seen, const at::Tensor& pictures, int64_t columns);

}  // namespace inkstone
