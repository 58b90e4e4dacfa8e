// Stable Diffusion as a family that trains: the loss of its U-Net on the latents of pictures, told their captions (Rombach et al.
// 2022), with the noise schedule and prediction that its files state. Nothing in it asks for gradients of itself; what is put on
// its layers or into its prompts does.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "families/personal/base.hpp"
#include "families/personal/latent_memory.hpp"
#include "models/diffusion/parameterisation.hpp"
#include "models/stable_diffusion/checkpoint.hpp"
#include "sample/noise_schedule.hpp"
#include "sample/stable_diffusion/prompter.hpp"
#include "train/family.hpp"

namespace inkstone {

class StableDiffusionFamily : public Family {
 public:
  // Throws bad_argument: a checkpoint that paints over pictures, pictures whose sides do not fit the autoencoder.
  StableDiffusionFamily(const sd::Checkpoint& checkpoint, const PersonalSettings& settings, const PictureShape& shape);

  std::vector<Network> networks() override { return {{.name = "unet", .module = unet_.ptr()}}; }
  std::vector<int64_t> latent_shape() const override;
  bool reads() const override { return true; }
  void recompute_blocks() override { unet_->recompute_blocks(true); }
  std::vector<nn::TokenSpan> token_spans(const std::string& prompt) const override {
    return conditioner().token_spans(prompt, plain_text());
  }

  void step(const Batch& batch, TrainingStep& step) override;
  at::Tensor paint(const PaintSpec& spec, Observer& observer) override;
  std::map<std::string, double> validate(const Batch& batch, StepNoise& noise) override;
  at::Tensor drift(const Batch& batch, StepNoise& noise, const AsBefore& before) override;

  // Loss of each picture [N]: |output - target|^2 of latents x0 [N,C,h,w] at steps t int64 [N] under noise epsilon, weighed by
  // min-SNR where asked for. before: where given, the target is the output that it was.
  at::Tensor loss_at(const at::Tensor& x0, const at::Tensor& t, const at::Tensor& epsilon,
                     const std::vector<std::string>& captions, const AsBefore& before = {});

  sd::UNet2DConditionModel& unet() { return unet_; }
  TextConditioner& conditioner() { return prompter_.conditioner(); }
  const TextConditioner& conditioner() const { return prompter_.conditioner(); }
  void forget_texts(bool always) { texts_.clear(), text_changes_ = always; }
  void to(at::Device device);

 private:
  at::Tensor loss_of(const Batch& batch, StepNoise& noise, const AsBefore& before = {});
  at::Tensor latents_of_pictures(const at::Tensor& pictures, StepNoise& noise);
  Condition told(const std::vector<std::string>& captions, bool negative);
  Condition told_one(const std::string& caption, bool negative);
  at::Tensor answer(const at::Tensor& x, const at::Tensor& time, const Condition& condition);
  at::Tensor paint_one(const PaintSpec& spec, const at::Tensor& noise, std::size_t k, Observer& observer);

  PersonalSettings settings_;
  PictureShape shape_;
  sd::Version version_;
  Prediction prediction_;
  NoiseSchedule schedule_;
  sd::Prompter prompter_;
  sd::UNet2DConditionModel unet_;
  sd::AutoencoderKL autoencoder_;
  LatentMemory latents_;
  std::map<std::string, Condition> texts_;
  bool text_changes_ = false;
};

}  // namespace inkstone
