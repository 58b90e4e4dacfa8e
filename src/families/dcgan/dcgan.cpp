#include "families/dcgan/dcgan.hpp"

#include "families/adversarial/opponents.hpp"
#include "families/painting.hpp"
#include "models/dcgan/dcgan.hpp"
#include "nn/initialise.hpp"

namespace inkstone {
namespace {

class Dcgan : public AdversarialFamily {
 public:
  Dcgan(Opponents opponents, objectives::AdversarialLoss loss) : AdversarialFamily(std::move(opponents)), loss_(loss) {}

  void step(const Batch& batch, TrainingStep& step) override { play(batch, step, loss_); }

 private:
  objectives::AdversarialLoss loss_;
};

dcgan::Config config_of(const DcganOptions& options, const PictureShape& shape) {
  dcgan::Config config{
      shape.channels, shape.height, shape.width, options.latent, options.generator_features, options.discriminator_features};
  config.classes = classes_for(options.conditional, shape);
  config.spectral = options.spectral_norm;
  config.discriminator_norm = options.spectral_norm ? nn::Norm::none : nn::Norm::batch;
  return config;
}

}  // namespace

std::unique_ptr<Family> make_dcgan(const DcganOptions& options, const PictureShape& shape) {
  auto opponents = Opponents::of<dcgan::Generator, dcgan::Discriminator>(config_of(options, shape));
  nn::initialise_dcgan(*opponents.generator);
  nn::initialise_dcgan(*opponents.discriminator);
  return std::make_unique<Dcgan>(std::move(opponents), objectives::adversarial_loss(options.loss));
}

}  // namespace inkstone
