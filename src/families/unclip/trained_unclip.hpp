// unCLIP as it is trained here, ready to paint: a folder that holds the runs of its parts, FOLDER/clip (family `contrastive`),
// FOLDER/decoder
// (`unclip-decoder`) and, for words, FOLDER/prior (`unclip-prior`). The folder may be moved: nothing in it names a path.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "families/unclip/decoder.hpp"
#include "families/unclip/prior.hpp"
#include "sample/unclip/unclip.hpp"

namespace inkstone {

// Whether a folder has runs named so.
bool is_unclip_runs(const std::filesystem::path& folder);

// The file that stands for the folder in a recipe: the decoder's. Throws not_found.
std::filesystem::path unclip_runs_file(const std::filesystem::path& folder);

class TrainedUnclip : public unclip::Unclip {
 public:
  // Throws not_found, corrupt_file, bad_argument: a run of another family, or parts that were not trained on one space. bf16: the
  // decoder's arithmetic.
  TrainedUnclip(const std::filesystem::path& folder, bool bf16);

  unclip::BriefResult paint(const unclip::Brief& brief, Observer& observer) override;
  at::Tensor see(const at::Tensor& picture) override { return space_->see(picture).unsqueeze(0); }
  at::Tensor read(const std::string& words) override { return space_->read({words}); }
  bool is_too_long(const std::string& words) const override { return space_->is_too_long(words); }
  unclip::Brief usual() const override;
  int64_t side() const override { return decoder_->latent_shape()[2]; }
  std::string name() const override { return name_; }

  uint64_t bytes() const;  // of the weights

 private:
  at::Tensor imagined(const unclip::Brief& brief);

  std::string name_;
  bool bf16_;
  std::shared_ptr<PairedSpace> space_;
  std::unique_ptr<Family> decoder_run_, prior_run_;
  UnclipDecoder* decoder_;
  UnclipPrior* prior_ = nullptr;  // none: paints from pictures alone
};

}  // namespace inkstone
