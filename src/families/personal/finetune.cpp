#include "families/personal/finetune.hpp"

#include "families/personal/personal_family.hpp"
#include "inkstone/error.hpp"
#include "nn/frozen.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = "painter";  // of what comes out, in the run's

class FinetuneFamily : public PersonalFamily {
 public:
  FinetuneFamily(std::unique_ptr<PersonalBase> opened, const FinetuneOptions& o)
      : PersonalFamily(std::move(opened), {o.token, o.kind}, {o.prior_weight, o.prior_pictures}) {
    whole_ = base().whole();
  }

  std::vector<Network> networks() override { return {whole_}; }

  at::Tensor paint(const PaintSpec& spec, Observer& observer) override {
    const nn::FreshlyPacked packed(*whole_.module);
    return PersonalFamily::paint(spec, observer);
  }
  std::map<std::string, double> validate(const Batch& batch, StepNoise& noise) override {
    const nn::FreshlyPacked packed(*whole_.module);
    return PersonalFamily::validate(batch, noise);
  }

 protected:
  // The prior is painted before the first step, when the weights are the base's.
  bool comes_off() const override { return false; }
  void take_off() override {}
  void put_on() override {}

  // The gradient, the optimiser's states, and an average where one is kept.
  uint64_t weight_bytes(const LoopOptions& loop) const override {
    uint64_t weights = 0;
    for (const auto& parameter : whole_.module->parameters()) weights += uint64_t(parameter.numel());
    return weights * ((loop.optimizer == "adamw8bit" ? 6 : 12) + (loop.ema > 0 ? 4 : 0));
  }

  fs::path share(const StateDict& trained, const fs::path& folder) const override {
    const auto target = folder / kFolder;
    std::error_code absent;
    fs::remove_all(target, absent);  // of this run, before it went on
    base().write_whole(trained, target);
    return target;
  }

 private:
  Network whole_;
};

}  // namespace

std::unique_ptr<Family> make_finetune(const FinetuneOptions& options, const PictureShape& shape) {
  auto base = open_base({options.model, options.min_snr, options.sampling_steps, options.guidance}, shape);
  return std::make_unique<FinetuneFamily>(std::move(base), options);
}

}  // namespace inkstone
