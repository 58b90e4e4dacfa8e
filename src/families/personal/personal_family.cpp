#include "families/personal/personal_family.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/memory.hpp"
#include "inkstone/error.hpp"
#include "train/autocast.hpp"

namespace inkstone {
namespace {

constexpr int64_t kMostPreviewed = 8, kPreviewSteps = 20;

// The base's own step, which minimises what is trained in place of the base's network, with the prior's loss beside it.
class StepBeside : public TrainingStep {
 public:
  // Of as many pictures as the subject has in this part, by the base's own loss or otherwise.
  using PriorLoss = std::function<at::Tensor(int64_t count, const LossOf& loss_of)>;

  // prior: none where nothing is kept.
  StepBeside(TrainingStep& outer, std::string trained, PriorLoss prior)
      : outer_(outer), trained_(std::move(trained)), prior_(std::move(prior)) {}

  int64_t number() const override { return outer_.number(); }
  StepNoise& noise() override { return outer_.noise(); }

  void minimise(const std::string&, const Batch& batch, const LossOf& loss_of) override {
    outer_.minimise(trained_, batch, [&](const Batch& part) {
      const auto loss = loss_of(part);
      if (!prior_) return loss;
      in_prior_ = true;
      const auto kept = prior_(part.size(), loss_of);
      in_prior_ = false;
      return loss + kept;
    });
  }

  void report(const std::string& name, const at::Tensor& value) override { outer_.report(in_prior_ ? "prior" : name, value); }

 private:
  TrainingStep& outer_;
  std::string trained_;
  PriorLoss prior_;
  bool in_prior_ = false;
};

}  // namespace

PersonalFamily::PersonalFamily(std::unique_ptr<PersonalBase> base, const Subject& subject, const PriorSettings& prior)
    : base_(std::move(base)), subject_(subject), prior_(prior) {
  check_subject(subject_, *base_);
  if (prior_.weight > 0 && subject_.kind.empty())
    throw Error(
        ErrorCategory::bad_argument,
        "--prior-weight keeps what the model knows of the subject's kind; say with --class what it is, \"fox\" for example");
}

void PersonalFamily::prepare(const RunOutline& run) {
  look_over(run.data, subject_, *base_, run.observer);
  const int64_t at_once = std::max<int64_t>(1, run.loop.batch / run.loop.accumulate) * (prior_.weight > 0 ? 2 : 1);
  if (run.device.is_cpu())
    check_training_memory(weight_bytes(run.loop) + base_->training_bytes(at_once, run.loop.gradient_checkpointing),
                          available_memory());
  base_->to(run.device);
  if (prior_.weight <= 0) return;
  const auto& [data, loop, device, observer] = run;
  observer.on_message(fmt::format("painting {} pictures that the model shall not forget, of \"a {}\" among them", prior_.pictures,
                                  subject_.kind));
  as_before([&] {
    class_pictures_.emplace(*base_, base_->prior_captions(subject_.kind, prior_.pictures, uint64_t(loop.seed)), loop.seed, device,
                            observer);
  });
}

void PersonalFamily::step(const Batch& batch, TrainingStep& step) {
  auto told = batch;
  told.captions = captions_of(batch, subject_, *base_);
  base_->refresh();
  StepBeside::PriorLoss prior;
  if (class_pictures_)
    prior = [&](int64_t count, const TrainingStep::LossOf& loss_of) {
      const auto pictures = class_pictures_->drawn(count, step.noise());
      if (!comes_off()) return prior_.weight * loss_of(pictures);
      const auto drift = base_->family().drift(pictures, step.noise(), [this](const auto& ask) { as_before(ask); });
      step.report("prior", drift.detach());
      return prior_.weight * drift;
    };
  StepBeside beside(step, networks().front().name, prior);
  base_->family().step(told, beside);
}

void PersonalFamily::as_before(const std::function<void()>& ask) {
  const at::NoGradGuard fixed;
  take_off();
  ask();
  put_on();
}

std::map<std::string, double> PersonalFamily::validate(const Batch& batch, StepNoise& noise) {
  auto told = batch;
  told.captions = captions_of(batch, subject_, *base_);
  base_->refresh();
  return base_->family().validate(told, noise);
}

at::Tensor PersonalFamily::paint(const PaintSpec& spec, Observer& observer) {
  const at::NoGradGuard frozen;
  base_->refresh();
  return base_->family().paint(spec, observer);
}

at::Tensor PersonalFamily::preview(const Batch& examples, int64_t rows, int64_t columns) {
  const auto count = std::min({rows * columns, columns, kMostPreviewed});
  auto spec = preview_spec(count, 0);
  spec.steps = kPreviewSteps;
  spec.bf16 = has_fast_bf16();
  const auto named = subject_.token.empty() ? std::string() : base_->caption(subject_.token, subject_.kind);
  for (int64_t k = 0; k < count; ++k) {
    const bool of_data = k % 2 == 1 && !examples.captions.empty();
    const auto& said = of_data ? examples.captions[std::size_t(k) % examples.captions.size()] : named;
    spec.prompts.push_back(said.empty() ? named : said);
  }
  Observer silent;
  return paint(spec, silent);
}

std::vector<std::filesystem::path> PersonalFamily::publish(const StateDict& model, const std::filesystem::path& folder) {
  StateDict trained;
  const auto prefix = networks().front().name + ".";
  for (const auto& [name, tensor] : model.tensors)
    if (name.starts_with(prefix)) trained.tensors[name.substr(prefix.size())] = tensor.contiguous();
  return {share(trained, folder)};
}

}  // namespace inkstone
