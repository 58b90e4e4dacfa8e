#include "families/ddpm/process.hpp"

#include "objectives/denoising.hpp"

namespace inkstone {
namespace {

class StepwiseProcess : public DiffusionProcess {
 public:
  explicit StepwiseProcess(const DdpmOptions& options)
      : prediction_(prediction_named(options.prediction)),
        schedule_(schedule_named(options.noise_schedule, options.diffusion_steps)),
        learned_(options.variance == "learned"),
        gamma_(options.loss_weight == "min-snr" ? options.snr_gamma : 0) {}

  Loss loss(Unet& unet, const at::Tensor& x0, const at::Tensor& labels, StepNoise& noise) const override {
    const auto t = noise.integers(0, schedule_.steps());
    const auto epsilon = noise.normal(x0.sizes().slice(1));
    const auto alpha_bar = schedule_.alpha_bar_at(t);
    const auto x_t = objectives::q_sample(x0, epsilon, alpha_bar);
    const auto output = unet(x_t, t.to(at::kFloat), labels).to(at::kFloat);
    const auto said = learned_ ? output.chunk(2, 1)[0] : output;
    auto simple = objectives::squared_error(said, target_of(prediction_, x0, epsilon, objectives::beside(alpha_bar)));
    if (gamma_ > 0) simple = simple * objectives::min_snr_weight(prediction_, alpha_bar, gamma_);
    const auto level = t.to(at::kFloat) / static_cast<double>(schedule_.steps());
    if (!learned_) return {simple, level};
    return {objectives::hybrid(simple, bound(x0, x_t, output, t, alpha_bar), schedule_.steps()), level};
  }

  std::unique_ptr<Denoiser> denoiser(NoiseNetwork network) const override {
    return discrete_denoiser(std::move(network), schedule_, prediction_, learned_);
  }
  std::vector<double> sigmas(int64_t steps) const override {
    return sigmas_of(schedule_, spaced_times(schedule_.steps(), steps));
  }
  int64_t most_steps() const override { return schedule_.steps(); }

 private:
  at::Tensor bound(const at::Tensor& x0, const at::Tensor& x_t, const at::Tensor& output, const at::Tensor& t,
                   const at::Tensor& alpha_bar) const {
    const auto halves = output.chunk(2, 1);
    const auto x0_hat = clean_of(prediction_, halves[0].detach(), x_t, objectives::beside(alpha_bar));
    const auto before = at::where(t > 0, schedule_.alpha_bar_at((t - 1).clamp_min(0)), at::ones_like(alpha_bar));
    return objectives::variational_bits(x0, x_t, x0_hat, (halves[1] + 1) / 2, {alpha_bar, before});
  }

  Prediction prediction_;
  NoiseSchedule schedule_;
  bool learned_;
  double gamma_;  // 0: all levels weigh alike
};

class EdmProcess : public DiffusionProcess {
 public:
  explicit EdmProcess(double sigma_data) : sigma_data_(sigma_data) {}

  Loss loss(Unet& unet, const at::Tensor& x0, const at::Tensor& labels, StepNoise& noise) const override {
    const auto z = noise.normal({});
    const auto sigma = objectives::edm_sigmas(z);
    const auto c = edm_scaling(sigma, sigma_data_);
    const auto x = x0 + objectives::beside(sigma) * noise.normal(x0.sizes().slice(1));
    const auto output = unet(objectives::beside(c.in) * x, c.time, labels).to(at::kFloat);
    const auto denoised = objectives::beside(c.skip) * x + objectives::beside(c.out) * output;
    return {objectives::edm_loss(denoised, x0, sigma, sigma_data_), 0.5 * (1 + at::erf(z / std::sqrt(2.0)))};
  }

  std::unique_ptr<Denoiser> denoiser(NoiseNetwork network) const override {
    return edm_denoiser(std::move(network), sigma_data_);
  }
  std::vector<double> sigmas(int64_t steps) const override { return karras_sigmas(steps); }
  int64_t most_steps() const override { return 100000; }

 private:
  double sigma_data_;
};

}  // namespace

std::unique_ptr<DiffusionProcess> make_process(const DdpmOptions& options) {
  if (options.prediction == "edm") return std::make_unique<EdmProcess>(options.sigma_data);
  return std::make_unique<StepwiseProcess>(options);
}

}  // namespace inkstone
