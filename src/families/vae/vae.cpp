#include "families/vae/vae.hpp"

#include <cmath>

#include <ATen/ATen.h>

#include "families/autoencoder/code_family.hpp"
#include "families/painting.hpp"
#include "nn/mixed_precision.hpp"
#include "objectives/elbo.hpp"

namespace inkstone {
namespace {

constexpr double kUnusedNats = 0.5;  // a code that tells less than this of a picture has collapsed to the prior

autoencoder::Config config_of(const VaeOptions& options, const PictureShape& shape) {
  autoencoder::Config config{shape.channels, shape.height, shape.width, options.latent, options.features};
  config.classes = classes_for(options.conditional, shape);
  config.variational = true;
  config.norm = options.norm == "layer" ? nn::Norm::layer : nn::Norm::batch;
  config.learned_variance = options.variance == "learned";
  return config;
}

class Vae : public CodeFamily {
 public:
  Vae(const VaeOptions& options, const PictureShape& shape) : CodeFamily(config_of(options, shape)), options_(options) {}

  void step(const Batch& batch, TrainingStep& step) override {
    step.minimise("autoencoder", batch, [&](const Batch& part) {
      const Terms terms = bound(part, step.noise());
      step.report("loss", terms.loss.detach());
      step.report("reconstruction", terms.reconstruction.detach());
      step.report("kl", terms.kl.detach());
      step.report("sigma", log_sigma().detach().exp());
      return terms.loss;
    });
  }

  std::map<std::string, double> validate(const Batch& batch, StepNoise& noise) override {
    const at::NoGradGuard frozen;
    const Terms terms = bound(batch, noise);
    return {{"loss", terms.loss.item<double>()},
            {"reconstruction", terms.reconstruction.item<double>()},
            {"kl", terms.kl.item<double>()}};
  }

  std::string advice(const std::map<std::string, double>& means) const override {
    const auto kl = means.find("kl");
    if (kl == means.end() || kl->second > kUnusedNats) return {};
    return "the KL term is near zero: the decoder ignores the code (posterior collapse); lower beta, or fix a smaller deviation "
           "(Higgins 2017)";
  }

 private:
  struct Terms {
    at::Tensor loss, reconstruction, kl;  // nats per picture
  };

  Terms bound(const Batch& batch, StepNoise& noise) {
    const auto code = network_->encode(batch.pictures, batch.labels);
    const auto z = objectives::reparameterise(code.mean, code.log_variance, noise.normal({config_.latent}));
    const auto picture = network_->decode(z, batch.labels);
    const nn::FullPrecision full;
    const auto reconstruction = objectives::gaussian_negative_log_likelihood(batch.pictures, picture, log_sigma()).mean();
    const auto kl = objectives::kl_to_standard_normal(code.mean, code.log_variance).mean();
    return {reconstruction + options_.beta * kl, reconstruction, kl};
  }

  at::Tensor log_sigma() const {
    return config_.learned_variance ? network_->log_sigma() : at::scalar_tensor(std::log(options_.deviation));
  }

  VaeOptions options_;
};

}  // namespace

std::unique_ptr<Family> make_vae(const VaeOptions& options, const PictureShape& shape) {
  return std::make_unique<Vae>(options, shape);
}

}  // namespace inkstone
