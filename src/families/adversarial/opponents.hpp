// What all adversarial families share: two networks, how they paint, what is measured of their game and what to make of it.
// A family adds its own step.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "objectives/adversarial.hpp"
#include "train/family.hpp"

namespace inkstone {

// A generator and its critic behind the calls that the game needs; labels int64 [N], read by conditional networks alone.
struct Opponents {
  std::shared_ptr<torch::nn::Module> generator, discriminator;
  std::function<at::Tensor(const at::Tensor& z, const at::Tensor& labels)> generate;  // [N,latent] -> [N,C,H,W] in [-1,1]
  std::function<at::Tensor(const at::Tensor& x, const at::Tensor& labels)> judge;     // [N,C,H,W] -> logits [N]
  int64_t latent = 100;
  int64_t classes = 0;

  template <class Generator, class Discriminator, class Config>
  static Opponents of(const Config& config) {
    auto generator = std::make_shared<Generator>(config);
    auto discriminator = std::make_shared<Discriminator>(config);
    return {generator,
            discriminator,
            [generator](const at::Tensor& z, const at::Tensor& labels) { return generator->forward(z, labels); },
            [discriminator](const at::Tensor& x, const at::Tensor& labels) { return discriminator->forward(x, labels); },
            config.latent,
            config.classes};
  }
};

class AdversarialFamily : public Family {
 public:
  explicit AdversarialFamily(Opponents opponents) : opponents_(std::move(opponents)) {}

  std::vector<Network> networks() override;
  // truncation scales the latent: below 1 nearer to the typical picture. A conditional family paints a class chosen by the seed
  // where the label is -1.
  at::Tensor paint(const PaintSpec& spec, Observer& observer) override;
  std::vector<int64_t> latent_shape() const override { return {opponents_.latent}; }
  int64_t classes() const override { return opponents_.classes; }
  std::string advice(const std::map<std::string, double>& means) const override;

 protected:
  // Fakes of one part of a batch, with the labels that they were made for.
  struct Fakes {
    at::Tensor pictures, labels;
  };
  // Draws one latent per sample, and for a conditional family takes the sample's label.
  Fakes generate(const Batch& part, StepNoise& noise);

  // D on real and detached fakes, then G on the same fakes through a frozen D; one generator pass serves both. Reports d_loss,
  // g_loss, D(x), D(G(z)), pairwise_distance and pairwise_distance_real.
  void play(const Batch& batch, TrainingStep& step, objectives::AdversarialLoss loss);
  void report_variety(const at::Tensor& real, const at::Tensor& fake, TrainingStep& step);

  Opponents opponents_;

 private:
  at::Tensor discriminator_turn(const Batch& part, TrainingStep& step, objectives::AdversarialLoss loss,
                                std::vector<Fakes>& made);

  int64_t latest_step_ = 0;
};

}  // namespace inkstone
