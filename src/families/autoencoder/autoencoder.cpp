#include "families/autoencoder/autoencoder.hpp"

#include <cmath>

#include <ATen/ATen.h>

#include "families/autoencoder/code_family.hpp"
#include "families/painting.hpp"

namespace inkstone {
namespace {

autoencoder::Config config_of(const AutoencoderOptions& options, const PictureShape& shape) {
  autoencoder::Config config{shape.channels, shape.height, shape.width, options.latent, options.features};
  config.classes = classes_for(options.conditional, shape);
  return config;
}

class PlainAutoencoder : public CodeFamily {
 public:
  PlainAutoencoder(const AutoencoderOptions& options, const PictureShape& shape)
      : CodeFamily(config_of(options, shape)), options_(options) {}

  void step(const Batch& batch, TrainingStep& step) override {
    step.minimise("autoencoder", batch, [&](const Batch& part) {
      const auto code = network_->encode(corrupted(part.pictures, step.noise()), part.labels);
      network_->track(code.mean);
      const auto loss = distance(part.pictures, network_->decode(code.mean, part.labels));
      step.report("loss", loss.detach());
      return loss;
    });
  }

  std::map<std::string, double> validate(const Batch& batch, StepNoise& noise) override {
    const at::NoGradGuard frozen;
    const auto code = network_->encode(corrupted(batch.pictures, noise), batch.labels);
    const auto picture = network_->decode(code.mean, batch.labels);
    const double error = at::mse_loss(picture, batch.pictures).item<double>();
    return {{"loss", distance(batch.pictures, picture).item<double>()}, {"psnr", 10 * std::log10(4 / error)}};
  }

 private:
  at::Tensor corrupted(const at::Tensor& pictures, StepNoise& noise) const {
    auto x = pictures;
    const auto shape = pictures.sizes().slice(1);
    if (options_.corruption > 0) x = x + options_.corruption * noise.normal(shape);
    if (options_.masking > 0) x = at::where(noise.uniform({1, shape[1], shape[2]}) < options_.masking, at::zeros_like(x), x);
    return x;
  }

  at::Tensor distance(const at::Tensor& wanted, const at::Tensor& got) const {
    return options_.reconstruction == "l1" ? at::l1_loss(got, wanted) : at::mse_loss(got, wanted);
  }

  AutoencoderOptions options_;
};

}  // namespace

std::unique_ptr<Family> make_autoencoder(const AutoencoderOptions& options, const PictureShape& shape) {
  return std::make_unique<PlainAutoencoder>(options, shape);
}

}  // namespace inkstone
