// Solvers and schedules against k-diffusion and diffusers, step by step and picture by picture, by make_solvers.py.
#include <cmath>

#include <gtest/gtest.h>
#include <torch/types.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "inkstone/error.hpp"
#include "sample/beta_quantile.hpp"
#include "sample/diffusers_scheduler.hpp"
#include "sample/inpaint.hpp"
#include "sample/solvers/table.hpp"
#include "tensor/noise.hpp"
#include "unit/sample/mixture.hpp"

namespace inkstone {
namespace {

using Json = nlohmann::json;

constexpr uint64_t kSeed = 11;
const std::vector<int64_t> kShape = {2, 2, 2};

const Json& goldens() {
  static const Json json = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/solvers.json"));
  return json;
}

at::Tensor values_of(const Json& json) {
  return at::tensor(json.get<std::vector<double>>(), at::kDouble);
}

double difference(const at::Tensor& ours, const Json& theirs) {
  return (ours.flatten().to(at::kDouble) - values_of(theirs)).abs().max().item<double>();
}

// Keeps every x that a solver asks about in its own steps.
struct Recorded : Denoiser {
  Mixture data;
  mutable std::vector<std::pair<double, at::Tensor>> asked;
  Denoised denoise(const at::Tensor& x, double sigma, const Condition& c) const override {
    asked.emplace_back(sigma, x);
    return data.denoise(x, sigma, c);
  }
};

SolverOptions options_of(const Json& json) {
  SolverOptions options;
  if (json.contains("eta")) options.eta = json["eta"].get<double>();
  options.heun = json.value("solver_type", "") == "heun";
  options.s_churn = json.value("s_churn", 0.0);
  options.s_tmin = json.value("s_tmin", 0.0);
  options.s_tmax = json.value("s_tmax", options.s_tmax);
  options.s_noise = json.value("s_noise", 1.0);
  return options;
}

// Each x that k-diffusion has at the start of a step is among those that ours asks about, in order.
void expect_steps(const std::vector<std::pair<double, at::Tensor>>& asked, const Json& steps, const std::string& name) {
  std::size_t next = 0;
  for (const auto& [sigma, x] : asked)
    if (next < steps.size() && difference(x, steps[next]) < 1e-6 * (1 + sigma)) ++next;
  EXPECT_EQ(next, steps.size()) << name << ": the first step that differs";
}

TEST(SolversGolden, EveryStepIsThatOfKDiffusion) {
  for (const auto& [name, golden] : goldens()["k_diffusion"].items()) {
    const auto sigmas = golden["sigmas"].get<std::vector<double>>();
    const auto& solver = *solver_named(name.substr(0, name.find('/'))).solver;
    const Recorded model;
    PictureNoise noise({kSeed}, kShape);
    Observer silent;
    const Condition nothing;
    auto options = options_of(golden["options"]);
    const auto x = latents_of({kSeed}, kShape).to(at::kDouble) * sigmas[0];
    const auto out = solver.run({model, sigmas, nothing, noise, silent, options}, x);
    EXPECT_LT(difference(out, golden["out"]), 1e-6) << name;
    // With churn, the callback has x before noise was added in some solvers: the picture alone is compared.
    if (options.s_churn == 0) expect_steps(model.asked, golden["steps"], name);
  }
}

struct Asked {
  NoiseSchedule schedule = scaled_linear_schedule();
  Prediction prediction = Prediction::epsilon;
  SamplerChoice choice;

  Trajectory path(int64_t n) const { return trajectory(choice.schedule, schedule, n, choice.schedule_options); }
};

template <class T>
std::optional<T> key_of(const Json& config, const char* key) {
  return config.contains(key) ? std::optional<T>(config[key].get<T>()) : std::nullopt;
}

Asked asked_by(const Json& golden) {
  const auto& config = golden["config"];
  Asked a{.choice = sampler_of({.class_name = golden["scheduler"],
                                .timestep_spacing = key_of<std::string>(config, "timestep_spacing"),
                                .algorithm_type = key_of<std::string>(config, "algorithm_type"),
                                .solver_type = key_of<std::string>(config, "solver_type"),
                                .final_sigmas_type = key_of<std::string>(config, "final_sigmas_type"),
                                .steps_offset = key_of<int64_t>(config, "steps_offset"),
                                .solver_order = key_of<int64_t>(config, "solver_order"),
                                .set_alpha_to_one = key_of<bool>(config, "set_alpha_to_one"),
                                .use_karras_sigmas = key_of<bool>(config, "use_karras_sigmas")})};
  if (config.value("rescale_betas_zero_snr", false)) a.schedule = zero_terminal_snr(a.schedule);
  if (config.value("prediction_type", "") == "v_prediction") a.prediction = Prediction::velocity;
  return a;
}

// The network of make_solvers.py: it knows sigma from its time.
NoiseNetwork network_of(const Asked& asked, std::vector<double>& told) {
  return [&asked, &told](const at::Tensor& x_t, const at::Tensor& time, const Condition&) {
    const double t = time[0].item<double>();
    told.push_back(t);
    const auto below = std::min<int64_t>(static_cast<int64_t>(t), 998);
    const double part = t - static_cast<double>(below);
    const double sigma =
        std::exp((1 - part) * std::log(asked.schedule.sigma(below)) + part * std::log(asked.schedule.sigma(below + 1)));
    const double alpha = 1 / std::sqrt(1 + sigma * sigma);
    const auto x = x_t.to(at::kDouble) / alpha;
    const auto x0 = Mixture().denoise(x, sigma, {}).x0, epsilon = (x - x0) / sigma;
    return (asked.prediction == Prediction::velocity ? alpha * epsilon - sigma * alpha * x0 : epsilon).to(at::kFloat);
  };
}

struct Painted {
  at::Tensor picture;
  std::vector<double> told;  // times
};

Painted painted_as(const Json& golden, int64_t offset_error = 0) {
  auto asked = asked_by(golden);
  asked.choice.solver_options.schedule = &asked.schedule;
  asked.choice.schedule_options.offset += offset_error;
  const auto path = asked.path(golden["n"]);
  Painted result;
  const auto time_of = path.time_of(asked.schedule);
  const auto model = discrete_denoiser(network_of(asked, result.told), asked.schedule, asked.prediction, false, time_of);
  PictureNoise noise({kSeed}, kShape);
  Observer silent;
  const Condition nothing;
  const auto start = path.start(latents_of({kSeed}, kShape));
  result.picture =
      path.finish(asked.choice.solver->run({*model, path.sigmas, nothing, noise, silent, asked.choice.solver_options}, start));
  return result;
}

std::string title_of(const Json& golden) {
  return golden["scheduler"].get<std::string>() + golden["config"].dump() + golden["n"].dump();
}

TEST(SolversGolden, TheSameSeedGivesThePictureOfDiffusers) {
  for (const auto& golden : goldens()["diffusers"]) {
    const auto ours = painted_as(golden);
    EXPECT_LT(difference(ours.picture, golden["out"]), 2e-5) << title_of(golden);
    const auto times = golden["times"].get<std::vector<double>>();
    ASSERT_EQ(ours.told.size(), times.size()) << title_of(golden);
    for (std::size_t i = 0; i < times.size(); ++i)  // theirs between steps are rounded: logarithms in float32
      EXPECT_NEAR(ours.told[i], times[i], 2e-3) << title_of(golden) << " evaluation " << i;
  }
}

// Were every time off by one, it would show: the tolerance above is no blindness.
TEST(SolversGolden, OneStepBesideIsSeen) {
  for (const auto& golden : goldens()["diffusers"]) {
    const bool moves =
        golden["config"].value("timestep_spacing", "") == "leading" && !golden["config"].value("use_karras_sigmas", false);
    if (moves) {
      EXPECT_GT(difference(painted_as(golden, 1).picture, golden["out"]), 2e-4) << title_of(golden);
    }
  }
}

// img2img, and inpainting with a mask of 0 and 1.
TEST(SolversGolden, AnEditIsThatOfDiffusers) {
  for (const auto& golden : goldens()["edits"]) {
    auto asked = asked_by(golden);
    asked.choice.solver_options.planned = golden["n"];
    const auto path = cut(asked.path(golden["n"]), golden["strength"]);
    std::vector<double> told;
    const auto time_of = path.time_of(asked.schedule);
    const auto model = discrete_denoiser(network_of(asked, told), asked.schedule, asked.prediction, false, time_of);
    const auto original = values_of(golden["original"]).to(at::kFloat).view({1, 2, 2, 2}), noise = latents_of({kSeed}, kShape);
    const bool masked = !golden["mask"].is_null();
    const auto mask = masked ? values_of(golden["mask"]).to(at::kFloat).view({1, 2, 2, 2}) : at::ones_like(original);
    const auto inside = inpainted(*model, mask, original, noise);
    PictureNoise draws({kSeed}, kShape);
    Observer silent;
    const Condition nothing;
    const Sampling sampling{*inside, path.sigmas, nothing, draws, silent, asked.choice.solver_options};
    const auto painted = path.finish(asked.choice.solver->run(sampling, start_from(path, original, noise)));
    EXPECT_LT(difference(blended(original, painted, mask), golden["out"]), 2e-5) << title_of(golden) << masked;
  }
}

// That version has no scheduler of flow matching; these are the keys of its later ones.
TEST(SolversGolden, FlowMatchingIsRecognised) {
  const auto choice = sampler_of({.class_name = "FlowMatchEulerDiscreteScheduler", .shift = 3});
  EXPECT_EQ(choice.solver->name, "flow_euler");
  const auto path = trajectory(choice.schedule, scaled_linear_schedule(), 4, choice.schedule_options);
  EXPECT_EQ(path.start_scale, 1);
  EXPECT_EQ(path.sigmas, flow_sigmas(4, 3));
}

TEST(SolversGolden, SchedulersThatNoneFollowsAreNamed) {
  EXPECT_THROW(sampler_of({.class_name = "ScoreSdeVeScheduler"}), Error);
  EXPECT_THROW(sampler_of({.class_name = "DPMSolverMultistepScheduler", .algorithm_type = "dpmsolver"}), Error);
}

TEST(SolversGolden, SchedulesAreThoseOfKDiffusion) {
  const auto& golden = goldens()["schedules"];
  EXPECT_LT(difference(at::tensor(karras_sigmas(8, 0.05, 12), at::kDouble), golden["karras"]), 1e-5);
  EXPECT_LT(difference(at::tensor(exponential_sigmas(8, 0.05, 12), at::kDouble), golden["exponential"]), 1e-5);
  EXPECT_LT(difference(at::tensor(exponential_sigmas(8, 0.05, 12, 1.5), at::kDouble), golden["polyexponential"]), 1e-5);
}

TEST(SolversGolden, BetaQuantilesAreThoseOfScipy) {
  for (const auto& golden : goldens()["beta"])
    EXPECT_NEAR(beta_quantile(golden["p"], golden["a"], golden["b"]), golden["x"].get<double>(), 1e-8);
}

}  // namespace
}  // namespace inkstone
