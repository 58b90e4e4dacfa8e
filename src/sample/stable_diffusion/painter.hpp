// Stable Diffusion as a whole: words (and perhaps a picture) -> noise -> latents -> picture (Rombach et al. 2022). Follows
// diffusers draw by draw: the same seed, solver and schedule give the same picture.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inkstone/observer.hpp"
#include "models/stable_diffusion/checkpoint.hpp"
#include "sample/stable_diffusion/brief.hpp"
#include "sample/stable_diffusion/latent_codec.hpp"
#include "sample/stable_diffusion/plan.hpp"
#include "sample/stable_diffusion/preview.hpp"
#include "sample/stable_diffusion/prompter.hpp"

namespace inkstone::sd {

class Painter {
 public:
  // compute: dtype of the networks' arithmetic; eight_bits: the U-Net's weights are kept in a byte each. Throws corrupt_file,
  // not_found (a part is missing).
  explicit Painter(Checkpoint checkpoint, at::ScalarType compute, bool eight_bits = false);

  // Both throw where the part is made for another kind of model: unsupported, bad_argument.
  void use_tiny(TinyAutoencoder tiny) { codec_.use_tiny(std::move(tiny)); }
  void insert(TextualInversion inversion) { prompter_.insert(std::move(inversion)); }

  // Throws bad_argument: sizes, solver or schedule unknown, a picture of another size, words too long; out_of_memory before it
  // starts.
  BriefResult paint(const Brief& brief, Observer& observer);

  // The words of a prompt and their places in what the network is told; listener of a Brief.
  std::vector<nn::TokenSpan> token_spans(const std::string& prompt, const TextOptions& options) const {
    return prompter_.conditioner().token_spans(prompt, options);
  }

  PictureExtent native_extent() const;
  double native_guidance() const { return 7; }
  // [C,h,w] of the noise of one picture.
  std::vector<int64_t> latent_shape(const PictureExtent& extent) const;
  const Checkpoint& checkpoint() const { return checkpoint_; }

  // Latents as the U-Net has them -> pictures float32 in [-1,1]. In reduced precision the decoder may overflow: then once more in
  // float32.
  at::Tensor decode(const at::Tensor& latents, Observer& observer) { return codec_.decode(latents, {}, observer); }

 private:
  // Pictures that are painted together.
  struct Rows {
    std::vector<uint64_t> seeds;
    at::Tensor noise;  // or undefined
  };
  struct Plans {
    Plan first, second;  // the second where there is a high-resolution pass
    CodecOptions codec;
  };
  struct Start;
  struct Guide;

  at::Tensor paint_some(const Brief& brief, const Rows& rows, const Plans& plans, WalkObserver& observer);
  at::Tensor first_pass(const Brief& brief, const Rows& rows, const Plans& plans, WalkObserver& observer);
  at::Tensor second_pass(const Brief& brief, const Rows& rows, const Plans& plans, const at::Tensor& small,
                         WalkObserver& observer);
  at::Tensor enlarged(const at::Tensor& latents, const HighResolution& how, const PictureExtent& extent,
                      const CodecOptions& codec, Observer& observer);
  at::Tensor walk(const Brief& brief, const Plan& plan, const PictureExtent& extent, Start start, PictureNoise& draws,
                  WalkObserver& observer);
  Guide guide_of(const Brief& brief, const Plan& plan, const PictureExtent& extent, const at::Tensor& concat, Steer& steer);
  void probe(const Brief& brief, const Plan& plan, const PictureExtent& extent, const at::Tensor& concat, Steer& steer,
             Guide& guide);
  NoiseNetwork network(Steer& steer, nn::AttentionListener* listener);
  void reuse_deep_features(bool reuse);
  at::Tensor concat_of(const Brief& brief, const CodecOptions& codec, PictureNoise& draws);
  WalkObserver::MakePicture preview_of(const Brief& brief);
  void check(const Brief& brief) const;
  PictureExtent final_extent(const Brief& brief) const;
  CodecOptions fitted_codec(const Brief& brief, std::size_t pictures, Observer& observer) const;

  Checkpoint checkpoint_;
  at::ScalarType compute_;
  uint64_t weight_bytes_;
  bool resident_ = false;  // the weights have been packed
  Prompter prompter_;
  UNet2DConditionModel unet_;
  LatentCodec codec_;
  NoiseSchedule schedule_;
};

}  // namespace inkstone::sd
