#include "families/first_stage/first_stage.hpp"

#include <cmath>
#include <numeric>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "core/options.hpp"
#include "families/painting.hpp"
#include "families/repainting.hpp"
#include "inkstone/error.hpp"
#include "models/anime_gan/discriminator.hpp"
#include "models/features/frozen_features.hpp"
#include "models/features/perceptual_distance.hpp"
#include "models/perceptual/perceptual.hpp"
#include "nn/frozen.hpp"
#include "nn/mixed_precision.hpp"
#include "nn/thaw.hpp"
#include "objectives/adversarial.hpp"
#include "objectives/elbo.hpp"
#include "train/model_file.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;
using objectives::AdversarialLoss;

constexpr const char* kAutoencoder = "autoencoder";
constexpr const char* kLatentSquare = "latent_square";  // the mean square of a latent's values, whose root scales them to one
constexpr double kLatentMemory = 0.98;                  // of that mean, from step to step
constexpr int64_t kMostGroups = 32;

sd::FirstStageConfig network_config(const FirstStageOptions& o, const PictureShape& shape) {
  sd::FirstStageConfig config;
  config.layers.in_channels = config.layers.out_channels = shape.channels;
  config.layers.latent_channels = o.latent_channels;
  config.layers.channels.assign(o.block_channels.begin(), o.block_channels.end());
  config.layers.blocks = o.blocks;
  config.layers.groups = kMostGroups;
  for (const auto width : config.layers.channels) config.layers.groups = std::gcd(config.layers.groups, width);
  config.layers.scaling_factor = 1;
  config.layers.force_upcast = false;
  config.codes = o.bottleneck == "vq" ? o.codes : 0;
  return config;
}

// LPIPS' form over the embedded network, in the precision of the run.
PerceptualDistance patch_distance() {
  const std::vector<std::string> layers = {"relu1_2", "relu2_2", "relu3_3", "relu4_3"};
  auto look = [seen = FrozenFeatures(embedded_network(), layers)](const at::Tensor& rgb) {
    auto layers_seen = seen(rgb);
    for (auto& layer : layers_seen) layer = layer.to(at::kFloat);
    return layers_seen;
  };
  return {std::move(look), {}, 0.5 / double(layers.size())};
}

class FirstStageFamily : public Family {
 public:
  FirstStageFamily(const FirstStageOptions& options, const PictureShape& shape)
      : options_(options),
        shape_(shape),
        autoencoder_(network_config(options, shape)),
        judge_(CartoonDiscriminatorConfig{options.discriminator_features, options.discriminator_halvings}),
        distance_(patch_distance()) {
    nn::thaw(*autoencoder_);
    latent_square_ = autoencoder_->register_buffer(kLatentSquare, at::ones({}));
  }

  std::vector<Network> networks() override {
    return {{.name = kAutoencoder, .module = autoencoder_.ptr()},
            {.name = "discriminator", .module = judge_.ptr(), .paints = false}};
  }

  void step(const Batch& batch, TrainingStep& step) override {
    const bool judged = options_.discriminator_weight > 0 && step.number() >= options_.discriminator_start;
    std::vector<at::Tensor> made;  // by part
    step.minimise(kAutoencoder, batch, [&](const Batch& part) { return loss_of(part.pictures, judged, step, made); });
    if (!judged) return;
    std::size_t next = 0;
    step.minimise("discriminator", batch, [&](const Batch& part) { return judging_loss(part.pictures, made.at(next++), step); });
  }

  std::map<std::string, double> validate(const Batch& batch, StepNoise&) override {
    const at::NoGradGuard constant;
    const auto x_hat = reconstructed(batch.pictures);
    const auto distance = distance_.between(seen(x_hat), seen(batch.pictures)).mean();
    return {{"psnr", decibels(unit_range(x_hat), unit_range(batch.pictures))}, {"perceptual", distance.item<double>()}};
  }

  // Rows in turn: pictures, and what comes back of them.
  at::Tensor preview(const Batch& examples, int64_t rows, int64_t columns) override {
    return rows_in_turn(examples, rows, columns, [&](const at::Tensor& pictures, int64_t) { return reconstructed(pictures); });
  }

  void probe() override {
    const at::NoGradGuard constant;
    reconstructed(at::zeros({1, shape_.channels, shape_.height, shape_.width}).to(device_of(*autoencoder_)));
  }

  std::vector<fs::path> publish(const StateDict& model, const fs::path& folder) override {
    write_first_stage(first_stage_of_model(model), folder / "vae");
    return {folder / "vae"};
  }

  at::Tensor paint(const PaintSpec&, Observer&) override {
    throw Error(
        ErrorCategory::unsupported,
        "a first stage paints nothing of its own; train what paints in its latents: inkstone train words --first-stage RUN");
  }
  std::vector<int64_t> latent_shape() const override { return {1}; }

 private:
  // What goes to the decoder, and the weighed loss of the bottleneck beside a mean over the picture's values.
  struct Coded {
    at::Tensor latents, loss;
  };

  Coded coded(const at::Tensor& pictures, TrainingStep& step) {
    const auto said = autoencoder_->encode(pictures);
    return autoencoder_->has_codebook() ? coded_by_entries(said.mean, step) : coded_by_draw(said, step);
  }

  Coded coded_by_draw(const sd::LatentDistribution& q, TrainingStep& step) {
    const auto values = double(shape_.channels * shape_.height * shape_.width);
    const auto kl = objectives::kl_to_standard_normal(q.mean.flatten(1), q.logvar.flatten(1)).mean();
    step.report("kl", kl.detach());
    const auto z = objectives::reparameterise(q.mean, q.logvar, step.noise().normal(q.mean.sizes().slice(1)));
    remember_scale(z);
    return {z, kl * (options_.kl_weight / values)};
  }

  Coded coded_by_entries(const at::Tensor& z, TrainingStep& step) {
    const auto q = autoencoder_->quantised(z);
    step.report("codebook", q.codebook_loss.detach());
    step.report("commitment", q.commitment_loss.detach());
    step.report("codes", at::scalar_tensor(double(std::get<0>(at::_unique(q.entries)).numel()) / double(options_.codes)));
    remember_scale(z);
    return {q.latents, q.codebook_loss + options_.commitment * q.commitment_loss};
  }

  void remember_scale(const at::Tensor& z) {
    const at::NoGradGuard constant;
    latent_square_.lerp_(z.square().mean(), 1 - kLatentMemory);
  }

  at::Tensor loss_of(const at::Tensor& x, bool judged, TrainingStep& step, std::vector<at::Tensor>& made) {
    const auto [latents, bottleneck] = coded(x, step);
    const auto x_hat = autoencoder_->decode(latents);
    const auto l1 = at::l1_loss(x_hat, x), distance = distance_.between(seen(x_hat), seen(x)).mean();
    step.report("l1", l1.detach());
    step.report("perceptual", distance.detach());
    const auto reconstruction = l1 + options_.perceptual_weight * distance;
    auto loss = reconstruction + bottleneck;
    if (judged) loss = loss + adversarial(reconstruction, x_hat, step);
    step.report("loss", loss.detach());
    made.push_back(x_hat.detach());
    return loss;
  }

  at::Tensor adversarial(const at::Tensor& reconstruction, const at::Tensor& x_hat, TrainingStep& step) {
    const nn::Frozen frozen(*judge_);
    const auto loss = objectives::generator_loss(AdversarialLoss::hinge, judge_->forward(x_hat));
    const auto weight = objectives::adaptive_weight(reconstruction, loss, autoencoder_->last_layer());
    step.report("adversarial", loss.detach());
    step.report("weight", weight);
    return options_.discriminator_weight * weight * loss;
  }

  at::Tensor judging_loss(const at::Tensor& x, const at::Tensor& x_hat, TrainingStep& step) {
    const auto real = judge_->forward(x), made = judge_->forward(x_hat);
    const auto loss = objectives::discriminator_loss(AdversarialLoss::hinge, real, made) / 2;
    step.report("d_loss", loss.detach());
    step.report("D(picture)", real.detach().mean());
    step.report("D(reconstruction)", made.detach().mean());
    return loss;
  }

  std::vector<at::Tensor> seen(const at::Tensor& pictures) const { return distance_.look(unit_range(pictures)); }

  // Through the mean, or the nearest entries.
  at::Tensor reconstructed(const at::Tensor& pictures) {
    const nn::FreshlyPacked packed(*autoencoder_);
    const auto z = autoencoder_->encode(pictures).mean;
    return autoencoder_->decode(autoencoder_->has_codebook() ? autoencoder_->quantised(z).latents : z);
  }

  FirstStageOptions options_;
  PictureShape shape_;
  sd::FirstStage autoencoder_;
  CartoonDiscriminator judge_;
  PerceptualDistance distance_;
  at::Tensor latent_square_;
};

}  // namespace

std::unique_ptr<Family> make_first_stage(const FirstStageOptions& options, const PictureShape& shape) {
  check_colour(shape, "a first stage");
  if (options.block_channels.empty()) throw Error(ErrorCategory::bad_argument, "--block-channels needs at least one level");
  const int64_t unit = int64_t(1) << (options.block_channels.size() - 1);
  if (shape.height % unit != 0 || shape.width % unit != 0)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("a first stage of {} levels takes pictures with sides that are multiples of {}, not {}x{}",
                            options.block_channels.size(), unit, shape.width, shape.height));
  return std::make_unique<FirstStageFamily>(options, shape);
}

FirstStageFile first_stage_of_model(const StateDict& model) {
  const auto description = description_of(model);
  const auto options = nlohmann::json::parse(description.options, nullptr, false);
  FirstStageFile file{network_config(from_json<FirstStageOptions>(options), description.shape), {}};
  const std::string prefix = fmt::format("{}.", kAutoencoder);
  for (const auto& [name, tensor] : model.tensors)
    if (name.starts_with(prefix) && name != prefix + kLatentSquare) file.weights.tensors[name.substr(prefix.size())] = tensor;
  const double square = model.at(prefix + kLatentSquare, {}).item<double>();
  if (!(square > 0)) throw Error(ErrorCategory::corrupt_file, "the first stage says that its latents have no size");
  file.config.layers.scaling_factor = 1 / std::sqrt(square);
  return file;
}

void write_first_stage(const FirstStageFile& file, const fs::path& folder, at::ScalarType type) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) throw Error(ErrorCategory::io, fmt::format("cannot make the folder {}: {}", folder.string(), failed.message()));
  StateDict weights;
  for (const auto& [name, tensor] : file.weights.tensors) weights.tensors[name] = tensor.to(type).contiguous();
  weights.metadata["format"] = "pt";
  write_safetensors(folder / "diffusion_pytorch_model.safetensors", weights);
  write_file_atomic(folder / "config.json", as_bytes(to_json(file.config).dump(2) + "\n"));
}

}  // namespace inkstone
