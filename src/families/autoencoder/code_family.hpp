// What autoencoding families share: painting from codes, and previews that show reconstructions, a walk between two pictures, and
// a plane through the space of codes.
#pragma once

#include <memory>
#include <utility>

#include "models/autoencoder/autoencoder.hpp"
#include "train/family.hpp"

namespace inkstone {

class CodeFamily : public Family {
 public:
  explicit CodeFamily(const autoencoder::Config& config)
      : config_(config), network_(std::make_shared<autoencoder::Autoencoder>(config)) {}

  std::vector<Network> networks() override { return {{"autoencoder", network_, true, 1}}; }
  // truncation scales the code about its mean.
  at::Tensor paint(const PaintSpec& spec, Observer& observer) override;
  std::vector<int64_t> latent_shape() const override { return {config_.latent}; }
  int64_t classes() const override { return config_.classes; }

  // Row 1: examples. Row 2: their reconstructions. Row 3: between the first two. Further rows: a plane of codes. With fewer than
  // three rows: pictures painted from fixed seeds.
  at::Tensor preview(const Batch& examples, int64_t rows, int64_t columns) override;

 protected:
  // Codes [rows * columns, latent] over the two axes along which the examples differ most, at even quantiles of a normal
  // distribution.
  at::Tensor plane(const autoencoder::Code& examples, int64_t rows, int64_t columns) const;

  autoencoder::Config config_;
  std::shared_ptr<autoencoder::Autoencoder> network_;
};

}  // namespace inkstone
