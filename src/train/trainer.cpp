#include "train/trainer.hpp"

#include <cmath>

#include <ATen/Context.h>
#include <fmt/format.h>

#include "core/memory.hpp"
#include "tensor/noise.hpp"
#include "tensor/picture.hpp"
#include "train/watch/grid.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace {

constexpr int64_t kPreviewRows = 4, kPreviewColumns = 8;
constexpr int64_t kValidationBatches = 50;

std::vector<NamedParameter> parameters_of(torch::nn::Module& module) {
  std::vector<NamedParameter> parameters;
  for (const auto& item : module.named_parameters())
    if (item.value().requires_grad()) parameters.push_back({item.key(), item.value()});
  return parameters;
}

int64_t whole(const StateDict& state, const std::string& key) {
  return std::stoll(state.metadata.at(key));
}
double real(const StateDict& state, const std::string& key) {
  return std::stod(state.metadata.at(key));
}

std::string exact(double value) {
  return fmt::format("{}", value);
}

Schedule schedule_of(const LoopOptions& options) {
  return {options.schedule, options.warmup, options.steps, options.final_rate};
}

}  // namespace

std::string_view outcome_text(Ending ending) {
  switch (ending) {
    case Ending::finished:
      return "finished";
    case Ending::stopped:
      return "stopped on request";
    case Ending::out_of_budget:
      return "stopped by its budget";
    case Ending::no_improvement:
      return "stopped early: no improvement on held-out pictures";
  }
  return "";
}

Trainer::Trainer(TrainingSetup setup)
    : setup_(std::move(setup)),
      checkpoints_(setup_.folder, setup_.options.keep),
      schedule_(schedule_of(setup_.options)),
      retries_left_(setup_.options.retries) {
  for (auto& network : setup_.family.networks()) {
    network.module->to(setup_.device);
    setup_.processes.join(network.name, network.module->parameters(), network.module->buffers());
    if (network.paints && setup_.options.ema > 0)
      averages_[network.name] = std::make_unique<WeightAverage>(*network.module, setup_.options.ema);
    auto optimizer = make_optimizer(setup_.options, parameters_of(*network.module));
    networks_.emplace(network.name, TrainedNetwork{network, std::move(optimizer)});
  }
  privacy_ = RunPrivacy::of(setup_.options, setup_.family.networks(), setup_.processes, setup_.pictures);
}

Trainer::~Trainer() = default;

int64_t Trainer::resume() {
  const auto state = checkpoints_.newest([this](const std::string& message) { tell(message); });
  if (!state) return 0;
  restore(*state);
  return step_;
}

TrainingResult Trainer::run() {
  started_ = logged_ = Clock::now();
  first_step_ = logged_step_ = step_;
  examples_ = setup_.data.get(0);
  examples_.pictures = examples_.pictures.to(setup_.device);
  set_training(true);
  if (setup_.processes.first() && checkpoints_.empty()) save_checkpoint();
  if (setup_.options.profile > 0 && setup_.processes.first()) profile_.emplace(setup_.folder, setup_.options.profile);
  std::optional<Ending> end;
  while (!(end = ending())) {
    if (profile_ && profile_->before_step(step_)) tell(profile_->table());
    try {
      one_step();
    } catch (const Divergence& cause) {
      recover(cause);
      continue;
    }
    after_step();
  }
  if (profile_ && profile_->finish()) tell(profile_->table());
  if (saved_step_ != step_ && setup_.processes.first()) save_checkpoint();
  save_model();
  if (privacy_) tell(privacy_->told(step_));
  for (auto* watcher : setup_.watchers) watcher->on_finish(step_, std::string(outcome_text(*end)));
  return {*end, step_, values_};
}

std::optional<Ending> Trainer::ending() {
  if (step_ >= setup_.options.steps) return Ending::finished;
  if (setup_.processes.any(setup_.observer.stop_requested())) return Ending::stopped;
  if (setup_.processes.any(setup_.options.minutes > 0 && seconds() > setup_.options.minutes * 60)) return Ending::out_of_budget;
  if (setup_.options.images > 0 && step_ * setup_.options.batch >= setup_.options.images) return Ending::out_of_budget;
  if (privacy_ && privacy_->spent(step_)) return Ending::out_of_budget;
  if (out_of_patience_) return Ending::no_improvement;
  return std::nullopt;
}

void Trainer::one_step() {
  const auto& options = setup_.options;
  Batch batch = setup_.data.get(step_);
  batch.pictures = batch.pictures.to(setup_.device);
  batch.labels = batch.labels.to(setup_.device);
  at::manual_seed(mix_seed(options.seed, step_, 1000003 + setup_.processes.rank()));  // dropout draws from the global generator
  const auto privacy = privacy_ ? std::optional(privacy_->settings()) : std::nullopt;
  LoopStep step({step_, rate_of(step_), options.clip, options.accumulate, options.precision == "bf16", privacy},
                StepNoise(options.seed, step_, share_of(batch), setup_.device), networks_, setup_.processes, meters_);
  setup_.family.step(batch, step);
  for (auto& [name, average] : averages_) average->update();
  ++step_;
}

// Batches of private training are as large as the draw makes them.
Share Trainer::share_of(const Batch& batch) const {
  if (privacy_) return {0, batch.size(), batch.size()};
  const int64_t share = setup_.options.batch / setup_.processes.size();
  return {setup_.processes.rank() * share, share, setup_.options.batch};
}

void Trainer::after_step() {
  const auto& options = setup_.options;
  if (due(options.log_every) || step_ == options.steps) log();
  if (due(options.validate_every) && setup_.held_out) out_of_patience_ = !validate();
  if (!setup_.processes.first()) return;
  if (due(options.sample_every) || (options.sample_every > 0 && step_ == options.steps)) draw_samples();
  if (due(options.histogram_every)) log_histograms();
  if (due(options.checkpoint_every)) {
    save_checkpoint();
    if (std::filesystem::exists(setup_.folder / "model.safetensors"))
      save_model();  // of an earlier end; it must not paint for this one
  }
}

void Trainer::log() {
  values_ = setup_.processes.mean(meters_.take());
  const auto now = Clock::now();
  const double span = std::chrono::duration<double>(now - logged_).count();
  values_["images_per_second"] = double(step_ - logged_step_) * setup_.options.batch / std::max(span, 1e-9);
  values_["learning_rate"] = rate_of(step_ - 1);
  if (privacy_) values_["epsilon"] = privacy_->epsilon(step_);
  values_["memory_mb"] = double(resident_memory()) / (1 << 20);
  values_["seconds"] = seconds();
  logged_ = now;
  logged_step_ = step_;
  if (!setup_.processes.first()) return;
  for (auto* watcher : setup_.watchers) watcher->on_scalars(step_, values_);
  std::vector<NamedValue> shown;
  for (const auto& [name, value] : values_) shown.push_back({name, value});
  setup_.observer.on_progress({"train", step_, setup_.options.steps, shown, seconds_left()});
}

void Trainer::draw_samples() {
  at::NoGradGuard no_gradient;
  swap_averages();
  set_training(false);
  const at::Tensor pictures = setup_.family.preview(examples_, kPreviewRows, kPreviewColumns).to(at::kCPU);
  set_training(true);
  swap_averages();
  const at::Tensor grid = picture_grid(pictures, kPreviewColumns);
  for (auto* watcher : setup_.watchers) watcher->on_pictures(step_, "samples", grid);
  if (const std::string advice = setup_.family.advice(values_); !advice.empty()) tell(advice);
  if (setup_.observer.wants_preview(step_)) setup_.observer.on_preview(to_image(grid.to(at::kFloat).div(255)), step_);
}

void Trainer::log_histograms() {
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, trained] : networks_)
    for (const auto& parameter : trained.optimizer->parameters())
      tensors[name + "." + parameter.name] = parameter.value.detach().cpu();
  for (auto* watcher : setup_.watchers) watcher->on_histograms(step_, tensors);
}

bool Trainer::validate() {
  at::NoGradGuard no_gradient;
  swap_averages();
  set_training(false);
  Meters meters;
  const int64_t batches = std::min(kValidationBatches, setup_.held_out->batches_per_epoch());
  for (int64_t k = 0; k < batches; ++k) {
    Batch batch = setup_.held_out->get(k);
    batch.pictures = batch.pictures.to(setup_.device);
    batch.labels = batch.labels.to(setup_.device);
    StepNoise noise(setup_.options.seed, -1 - k, {0, batch.size(), batch.size()},
                    setup_.device);  // the same noise at every validation
    for (const auto& [name, value] : setup_.family.validate(batch, noise))
      meters.add("validation/" + name, at::scalar_tensor(value, at::kDouble));
  }
  set_training(true);
  swap_averages();
  const auto means = setup_.processes.mean(meters.take());
  if (means.empty()) return true;
  if (setup_.processes.first())
    for (auto* watcher : setup_.watchers) watcher->on_scalars(step_, means);
  const auto watched = setup_.options.watch.empty() ? means.begin() : means.find("validation/" + setup_.options.watch);
  if (watched == means.end())
    throw Error(ErrorCategory::bad_argument, fmt::format("--watch {}: the validation gives no such value", setup_.options.watch));
  const bool better = since_best_ < 0 || watched->second < best_;
  if (better) best_ = watched->second;
  since_best_ = better ? 0 : since_best_ + 1;
  return setup_.options.patience == 0 || since_best_ < setup_.options.patience;
}

void Trainer::save_checkpoint() {
  checkpoints_.save(step_, capture());
  saved_step_ = step_;
}

void Trainer::save_model() {
  if (!setup_.processes.first()) return;
  StateDict model;
  swap_averages();
  collect_weights(model, setup_.family.networks());
  describe(model, setup_.description);
  model.metadata["inkstone.trained_steps"] = std::to_string(step_);
  if (privacy_) model.metadata["inkstone.privacy"] = privacy_->statement(step_);
  for (auto& [name, tensor] : model.tensors) tensor = tensor.cpu().contiguous();
  write_safetensors(setup_.folder / "model.safetensors", model);
  swap_averages();
}

// The weights are untouched by the step that diverged, but an earlier one may have spoilt them: the checkpoint is known to be
// good.
void Trainer::recover(const Divergence& cause) {
  meters_.take();
  const int64_t reached = step_;
  const auto state = checkpoints_.newest([this](const std::string& message) { tell(message); });
  if (state) restore(*state);
  for (auto* watcher : setup_.watchers) watcher->on_rollback(step_);
  if (retries_left_-- <= 0) {
    const std::string message = fmt::format("{}. The run is back at step {}", cause.what(), step_);
    for (auto* watcher : setup_.watchers) watcher->on_finish(step_, message);
    throw Divergence(message);
  }
  rate_scale_ /= 2;
  tell(fmt::format("{}. Back from step {} to {}, going on with {} of the learning rate", cause.what(), reached, step_,
                   rate_scale_));
}

StateDict Trainer::capture() const {
  StateDict state;
  describe(state, setup_.description);
  collect_weights(state, setup_.family.networks(), true, "network.");
  for (const auto& [name, trained] : networks_) trained.optimizer->save(state, "optimizer." + name + ".");
  for (const auto& [name, average] : averages_) average->save(state, "average." + name + ".");
  for (auto& [name, tensor] : state.tensors) tensor = tensor.cpu().contiguous();
  state.metadata["inkstone.step"] = std::to_string(step_);
  state.metadata["inkstone.seed"] = std::to_string(setup_.options.seed);
  state.metadata["inkstone.optimizer"] = setup_.options.optimizer;
  if (privacy_) state.metadata["inkstone.mechanism"] = mechanism();
  state.metadata["inkstone.rate_scale"] = exact(rate_scale_);
  state.metadata["inkstone.seconds"] = exact(seconds());
  state.metadata["inkstone.best"] = exact(best_);
  state.metadata["inkstone.since_best"] = std::to_string(since_best_);
  return state;
}

void Trainer::restore(const StateDict& state) {
  const auto found = description_of(state);
  if (found.family != setup_.description.family)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the checkpoint is of a {}, the config asks for a {}", found.family, setup_.description.family));
  const auto before = state.metadata.find("inkstone.mechanism");
  if ((before == state.metadata.end() ? std::string() : before->second) != mechanism())
    throw Error(ErrorCategory::bad_argument,
                "the run was begun with other dp-noise, dp-clip, batch or pictures; what it has given away could not be told");
  fill_weights(setup_.family.networks(), state, true, "network.");
  for (auto& [name, trained] : networks_) trained.optimizer->load(state, "optimizer." + name + ".");
  for (auto& [name, average] : averages_) average->load(state, "average." + name + ".");
  step_ = whole(state, "inkstone.step");
  rate_scale_ = std::min(rate_scale_, real(state, "inkstone.rate_scale"));
  best_ = real(state, "inkstone.best");
  since_best_ = whole(state, "inkstone.since_best");
  if (started_ == Clock::time_point()) seconds_before_ = real(state, "inkstone.seconds");
  saved_step_ = step_;
}

void Trainer::swap_averages() {
  for (auto& [name, average] : averages_) average->swap();
}

void Trainer::set_training(bool training) {
  for (auto& [name, trained] : networks_) trained.network.module->train(training);
}

void Trainer::tell(const std::string& message) {
  if (!setup_.processes.first()) return;
  setup_.observer.on_message(message);
  for (auto* watcher : setup_.watchers) watcher->on_message(step_, message);
}

double Trainer::rate_of(int64_t step) const {
  return setup_.options.learning_rate * rate_scale_ * schedule_.factor(step) * setup_.family.rate(step);
}

double Trainer::seconds() const {
  const auto here = started_ == Clock::time_point() ? Clock::duration::zero() : Clock::now() - started_;
  return seconds_before_ + std::chrono::duration<double>(here).count();
}

double Trainer::seconds_left() const {
  const double here = std::chrono::duration<double>(Clock::now() - started_).count();
  return step_ > first_step_ ? here / double(step_ - first_step_) * double(setup_.options.steps - step_) : -1;
}

}  // namespace inkstone
