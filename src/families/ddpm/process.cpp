#include "families/ddpm/process.hpp"

#include "nn/mixed_precision.hpp"
#include "objectives/denoising.hpp"
#include "sample/flow.hpp"
#include "sample/schedules.hpp"

namespace inkstone {
namespace {

class StepwiseProcess : public DiffusionProcess {
 public:
  explicit StepwiseProcess(const DdpmOptions& options)
      : prediction_(prediction_named(options.prediction)),
        schedule_(schedule_named(options.noise_schedule, options.diffusion_steps)),
        learned_(options.variance == "learned"),
        gamma_(options.loss_weight == "min-snr" ? options.snr_gamma : 0) {}

  Loss loss(const NoiseNetwork& network, const at::Tensor& x0, const Condition& condition, StepNoise& noise,
            const NoiseNetwork& teacher) const override {
    const auto t = noise.integers(0, schedule_.steps());
    const auto epsilon = noise.normal(x0.sizes().slice(1));
    const auto alpha_bar = schedule_.alpha_bar_at(t);
    const auto x_t = objectives::q_sample(x0, epsilon, alpha_bar);
    const auto time = t.to(at::kFloat);
    const auto output = network(x_t, time, condition).to(at::kFloat);
    const auto said = learned_ ? output.chunk(2, 1)[0] : output;
    const auto aim = teacher ? teacher(x_t, time, condition).to(at::kFloat).narrow(1, 0, x0.size(1))
                             : target_of(prediction_, x0, epsilon, objectives::beside(alpha_bar));
    auto simple = objectives::squared_error(said, aim);
    if (gamma_ > 0) simple = simple * objectives::min_snr_weight(prediction_, alpha_bar, gamma_);
    const auto level = time / static_cast<double>(schedule_.steps());
    if (!learned_ || teacher) return {simple, level};
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

  Loss loss(const NoiseNetwork& network, const at::Tensor& x0, const Condition& condition, StepNoise& noise,
            const NoiseNetwork& teacher) const override {
    const auto z = noise.normal({});
    const auto sigma = objectives::edm_sigmas(z);
    const auto c = edm_scaling(sigma, sigma_data_);
    const auto x = x0 + objectives::beside(sigma) * noise.normal(x0.sizes().slice(1));
    const auto denoised = [&](const NoiseNetwork& asked) {
      const auto output = asked(objectives::beside(c.in) * x, c.time, condition).to(at::kFloat);
      return objectives::beside(c.skip) * x + objectives::beside(c.out) * output;
    };
    return {objectives::edm_loss(denoised(network), teacher ? denoised(teacher) : x0, sigma, sigma_data_), 0.5 * (1 + at::erf(z / std::sqrt(2.0)))};
  }

  std::unique_ptr<Denoiser> denoiser(NoiseNetwork network) const override {
    return edm_denoiser(std::move(network), sigma_data_);
  }
  std::vector<double> sigmas(int64_t steps) const override { return karras_sigmas(steps); }
  int64_t most_steps() const override { return 100000; }

 private:
  double sigma_data_;
};

class FlowProcess : public DiffusionProcess {
 public:
  FlowProcess(double mean, double deviation) : mean_(mean), deviation_(deviation) {}

  Loss loss(const NoiseNetwork& network, const at::Tensor& x0, const Condition& condition, StepNoise& noise,
            const NoiseNetwork& teacher) const override {
    const auto t = objectives::flow_times(noise.normal({}), mean_, deviation_);
    const auto epsilon = noise.normal(x0.sizes().slice(1));
    const auto share = t.view({-1, 1, 1, 1});
    const auto x_t = (1 - share) * x0 + share * epsilon;
    const auto x0_hat = network(x_t, t * kTimes, condition);
    const auto aim = teacher ? teacher(x_t, t * kTimes, condition).to(at::kFloat) : x0;
    const nn::FullPrecision full;
    return {objectives::flow_loss(x0_hat.to(at::kFloat), aim, t), t};
  }

  std::unique_ptr<Denoiser> denoiser(NoiseNetwork network) const override { return flow_clean_denoiser(std::move(network)); }
  std::vector<double> sigmas(int64_t steps) const override { return unscaled_sigmas(flow_sigmas(steps, kShift)); }
  int64_t most_steps() const override { return 100000; }

 private:
  static constexpr double kTimes = 1000;
  static constexpr double kShift = 3;  // of the sampling times towards noise, where it is decided what a small picture shows

  double mean_, deviation_;
};

}  // namespace

std::unique_ptr<DiffusionProcess> make_process(const DdpmOptions& options) {
  if (options.prediction == "edm") return std::make_unique<EdmProcess>(options.sigma_data);
  return std::make_unique<StepwiseProcess>(options);
}

std::unique_ptr<DiffusionProcess> make_flow_process(double time_mean, double time_deviation) {
  return std::make_unique<FlowProcess>(time_mean, time_deviation);
}

}  // namespace inkstone
