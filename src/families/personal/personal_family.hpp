// A family that trains something small beside a finished model (low-rank matrices, the vectors of a word) and leaves the model as
// it is: the model's own family gives loss and pictures, this one the captions, the prior and the file that others load.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "families/personal/base.hpp"
#include "families/personal/class_pictures.hpp"
#include "families/personal/subject.hpp"

namespace inkstone {

struct PriorSettings {
  double weight = 0;  // of the loss on class pictures beside that on the subject's; 0: none
  int64_t pictures = 0;
};

class PersonalFamily : public Family {
 public:
  // Throws bad_argument: a token that is known, a prior without the subject's kind.
  PersonalFamily(std::unique_ptr<PersonalBase> base, const Subject& subject, const PriorSettings& prior = {});

  std::vector<int64_t> latent_shape() const override { return base_->family().latent_shape(); }
  bool reads() const override { return true; }
  void recompute_blocks() override { base_->family().recompute_blocks(); }
  std::string caption_for(const std::string& caption) const override {
    return caption.empty() && !subject_.token.empty() ? base_->caption(subject_.token, subject_.kind) : caption;
  }
  std::vector<nn::TokenSpan> token_spans(const std::string& prompt) const override { return base_->family().token_spans(prompt); }

  void prepare(const RunOutline& run) override;
  void step(const Batch& batch, TrainingStep& step) override;
  std::map<std::string, double> validate(const Batch& batch, StepNoise& noise) override;
  at::Tensor paint(const PaintSpec& spec, Observer& observer) override;
  // The subject by its name and by the captions of its pictures, in turns.
  at::Tensor preview(const Batch& examples, int64_t rows, int64_t columns) override;
  void probe() override {}  // the model that paints is described elsewhere
  std::vector<std::filesystem::path> publish(const StateDict& model, const std::filesystem::path& folder) override;

 protected:
  PersonalBase& base() const { return *base_; }
  const Subject& subject() const { return subject_; }
  // Whether what is trained can be put off, so that the base's former answers can be asked for at any time; else the prior is held
  // to the pictures that it painted once.
  virtual bool comes_off() const { return true; }
  // The base as it was before this training.
  virtual void take_off() = 0;
  virtual void put_on() = 0;
  // Bytes that training the networks' own weights takes, where it does.
  virtual uint64_t weight_bytes(const LoopOptions& loop) const { return 0; }
  // Writes what others load, of the tensors that were trained.
  virtual std::filesystem::path share(const StateDict& trained, const std::filesystem::path& folder) const = 0;

 private:
  void as_before(const std::function<void()>& ask);

  std::unique_ptr<PersonalBase> base_;
  Subject subject_;
  PriorSettings prior_;
  std::optional<ClassPictures> class_pictures_;
};

}  // namespace inkstone
