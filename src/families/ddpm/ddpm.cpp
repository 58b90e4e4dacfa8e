#include "families/ddpm/ddpm.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "families/ddpm/process.hpp"
#include "families/painting.hpp"
#include "inkstone/error.hpp"
#include "models/unet/unet.hpp"
#include "sample/ancestral.hpp"
#include "sample/ddim.hpp"
#include "sample/guidance.hpp"
#include "train/autocast.hpp"

namespace inkstone {
namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCategory::bad_argument, message);
}

// Shorter side of each level, the picture's own first.
std::vector<int64_t> sides_of(const DdpmOptions& options, const PictureShape& shape) {
  std::vector<int64_t> sides;
  int64_t side = std::min(shape.height, shape.width);
  for (size_t level = 0; level < options.multipliers.size(); ++level, side = (side + 1) / 2) sides.push_back(side);
  return sides;
}

std::vector<int64_t> attention_levels(const DdpmOptions& options, const PictureShape& shape) {
  const auto sides = sides_of(options, shape);
  std::vector<int64_t> levels;
  for (const int side : options.attention_resolutions) {
    const auto found = std::find(sides.begin(), sides.end(), side);
    if (found == sides.end())
      refuse(fmt::format(
          "--attention-resolutions {}: the levels of this network are {} pixels on the shorter side; choose from them", side,
          fmt::join(sides, ", ")));
    levels.push_back(found - sides.begin());
  }
  return levels;
}

UnetConfig unet_config(const DdpmOptions& options, const PictureShape& shape) {
  UnetConfig config;
  config.in_channels = shape.channels;
  config.out_channels = options.variance == "learned" ? 2 * shape.channels : shape.channels;
  config.width = options.base_width;
  config.multipliers.assign(options.multipliers.begin(), options.multipliers.end());
  config.blocks = options.blocks;
  config.attention_levels = attention_levels(options, shape);
  config.heads = options.heads;
  config.dropout = options.dropout;
  config.classes = classes_for(options.conditional, shape);
  return config;
}

Variance variance_named(const std::string& name) {
  return name == "learned" ? Variance::learned : name == "posterior" ? Variance::posterior : Variance::beta;
}

class Ddpm : public Family {
 public:
  Ddpm(const DdpmOptions& options, const PictureShape& shape)
      : options_(options), shape_(shape), process_(make_process(options)), unet_(unet_config(options, shape)) {}

  std::vector<Network> networks() override { return {{.name = "unet", .module = unet_.ptr()}}; }
  std::vector<int64_t> latent_shape() const override { return {shape_.channels, shape_.height, shape_.width}; }
  int64_t classes() const override { return unet_->config().classes; }

  void step(const Batch& batch, TrainingStep& step) override {
    step.minimise("unet", batch, [&](const Batch& part) {
      const auto dropped = step.noise().uniform({}) < options_.label_dropout;
      const auto labels = classes() > 0 ? at::where(dropped, -1, part.labels) : at::Tensor();
      const auto loss = process_->loss(network(false), part.pictures, {.labels = labels}, step.noise());
      report(loss, step);
      return loss.per_picture.mean();
    });
  }

  std::map<std::string, double> validate(const Batch& batch, StepNoise& noise) override {
    const auto loss =
        process_->loss(network(false), batch.pictures, {.labels = classes() > 0 ? batch.labels : at::Tensor()}, noise);
    return {{"loss", loss.per_picture.mean().item<double>()}};
  }

  at::Tensor paint(const PaintSpec& spec, Observer& observer) override;

  // A glimpse in few steps: a run is not to wait for a thousand.
  at::Tensor preview(const Batch&, int64_t rows, int64_t columns) override {
    auto spec = preview_spec(rows * columns, classes());
    spec.steps = std::min<int64_t>({kPreviewSteps, options_.sampling_steps, process_->most_steps()});
    Observer silent;
    return paint(spec, silent);
  }

 private:
  static constexpr int64_t kPreviewSteps = 50;

  struct Plan {
    std::vector<double> sigmas;
    bool ancestral;
    double guidance;
  };

  // The loss where noise is low ("q1") to where it is high ("q4"), in quarters of the process. A quarter without pictures says
  // the mean of all: every process of a run must report the same names.
  void report(const DiffusionProcess::Loss& loss, TrainingStep& step) const {
    const auto values = loss.per_picture.detach();
    step.report("loss", values.mean());
    const auto quarter = (loss.noise_level * 4).to(at::kLong);
    for (int64_t q = 0; q < 4; ++q) {
      const auto chosen = values.masked_select(quarter == q);
      step.report(fmt::format("loss/q{}", q + 1), (chosen.numel() > 0 ? chosen : values).mean());
    }
  }

  Plan plan_for(const PaintSpec& spec) const {
    const auto& sampler = spec.sampler.empty() ? options_.sampler : spec.sampler;
    if (sampler != "ddim" && sampler != "ddpm")
      refuse(fmt::format("--sampler {}: a ddpm model paints with ddim or ddpm", sampler));
    const int64_t steps = spec.steps > 0 ? spec.steps : std::min<int64_t>(options_.sampling_steps, process_->most_steps());
    if (spec.guidance != 0 && spec.guidance != 1 && classes() == 0)
      refuse("--guidance needs a model of classes, and this one was trained without");
    const double guidance = classes() == 0 ? 1 : spec.guidance > 0 ? spec.guidance : options_.guidance;
    return {process_->sigmas(steps), sampler == "ddpm", guidance};
  }

  NoiseNetwork network(bool bf16) {
    return [this, bf16](const at::Tensor& x, const at::Tensor& time, const Condition& condition) {
      const Autocast autocast(bf16, x.device().type());
      return unet_(x, time, condition.labels);
    };
  }

  DdpmOptions options_;
  PictureShape shape_;
  std::unique_ptr<DiffusionProcess> process_;
  Unet unet_;
};

// Passes a request to stop on to a solver, and keeps its steps from the caller, who is told of pictures.
struct StopOnly : Observer {
  explicit StopOnly(Observer& outer) : outer(outer) {}
  bool stop_requested() override { return outer.stop_requested(); }
  Observer& outer;
};

at::Tensor Ddpm::paint(const PaintSpec& spec, Observer& observer) {
  const auto plan = plan_for(spec);
  const auto labels = labels_to_paint(spec, classes());
  const auto bare = process_->denoiser(network(spec.bf16));
  return paint_in_parts(spec, observer, *unet_, [&](const at::Tensor& latents, int64_t first, int64_t count) {
    const Condition condition{.labels = classes() > 0 ? labels.narrow(0, first, count).to(latents.device()) : at::Tensor()};
    const auto steered = guided(*bare, condition, without_class(condition), {.scale = plan.guidance});
    const auto denoiser = clipped(*steered);
    const std::vector<uint64_t> seeds(spec.seeds.begin() + first, spec.seeds.begin() + first + count);
    PictureNoise noise(seeds, latent_shape(), latents.device());
    StopOnly inner(observer);
    const auto x = latents * std::sqrt(1 + plan.sigmas[0] * plan.sigmas[0]);
    if (plan.ancestral) return ancestral(*denoiser, x, plan.sigmas, condition, variance_named(options_.variance), noise, inner);
    return ddim(*denoiser, x, plan.sigmas, condition, options_.eta, noise, inner);
  });
}

}  // namespace

std::unique_ptr<Family> make_ddpm(const DdpmOptions& options, const PictureShape& shape) {
  if (options.multipliers.empty()) refuse("--multipliers needs at least one level");
  if (options.prediction == "edm" && options.variance == "learned")
    refuse("--variance learned goes with a schedule of steps; leave it out with --prediction edm");
  return std::make_unique<Ddpm>(options, shape);
}

}  // namespace inkstone
