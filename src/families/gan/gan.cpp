#include "families/gan/gan.hpp"

#include "families/adversarial/opponents.hpp"
#include "families/painting.hpp"
#include "models/gan/gan.hpp"

namespace inkstone {
namespace {

class Gan : public AdversarialFamily {
 public:
  Gan(Opponents opponents, objectives::AdversarialLoss loss) : AdversarialFamily(std::move(opponents)), loss_(loss) {}

  void step(const Batch& batch, TrainingStep& step) override { play(batch, step, loss_); }

 private:
  objectives::AdversarialLoss loss_;
};

}  // namespace

std::unique_ptr<Family> make_gan(const GanOptions& options, const PictureShape& shape) {
  const gan::Config config{shape.channels, shape.height, shape.width, options.latent, classes_for(options.conditional, shape)};
  return std::make_unique<Gan>(Opponents::of<gan::Generator, gan::Discriminator>(config),
                               objectives::adversarial_loss(options.loss));
}

}  // namespace inkstone
