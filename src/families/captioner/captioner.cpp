#include "families/captioner/captioner.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "core/options.hpp"
#include "families/painting.hpp"
#include "inkstone/error.hpp"
#include "train/model_file.hpp"

namespace inkstone {
namespace {

constexpr const char* kCaptionerName = "captioner";
constexpr int64_t kIgnored = -100;  // torch's default
constexpr int64_t kToldInPreviews = 8;

captioner::CaptionerConfig captioner_config(const CaptionerOptions& o, const PictureShape& shape, int64_t vocabulary) {
  return {.channels = shape.channels,
          .height = shape.height,
          .width = shape.width,
          .strokes = o.strokes,
          .features = o.features,
          .depth = o.depth,
          .heads = o.heads,
          .length = o.length,
          .vocabulary = vocabulary,
          .dropout = o.dropout};
}

// What the decoder is given and what it should say next, int64 [N,L] each; kIgnored behind a caption's end.
struct Lesson {
  at::Tensor given, wanted;
};

class CaptionerFamily : public Family {
 public:
  CaptionerFamily(const CaptionerOptions& options, const PictureShape& shape)
      : options_(options), shape_(shape), captioner_{.network = nullptr, .tokens = WordTokens(options.vocabulary)} {
    captioner_.network = captioner::Network(captioner_config(options, shape, captioner_.tokens.size()));
  }

  std::vector<Network> networks() override { return {{.name = kCaptionerName, .module = captioner_.network.ptr()}}; }

  void prepare(const RunOutline& run) override { observer_ = &run.observer; }

  void step(const Batch& batch, TrainingStep& step) override {
    check_captions(batch, "captioner");
    step.minimise(kCaptionerName, batch, [&](const Batch& part) {
      const auto lesson = lesson_of(part);
      const auto logits = captioner_.network->forward(part.pictures, lesson.given);
      const auto loss = loss_of(logits, lesson, options_.label_smoothing);
      step.report("loss", loss.detach());
      step.report("accuracy", right(logits, lesson).sum() / counted(lesson).sum().clamp_min(1));
      return loss;
    });
  }

  std::map<std::string, double> validate(const Batch& batch, StepNoise&) override {
    const at::NoGradGuard frozen;
    if (batch.captions.empty()) return {};
    const auto lesson = lesson_of(batch);
    const auto logits = captioner_.network->forward(batch.pictures, lesson.given);
    const auto hits = right(logits, lesson).sum(1), words = counted(lesson).sum(1);
    const auto exact = (hits == words).logical_and(words > 0).to(at::kFloat).sum(), told = (words > 0).to(at::kFloat).sum();
    return {{"loss", loss_of(logits, lesson, 0).item<double>()},
            {"accuracy", (hits.sum() / words.sum().clamp_min(1)).item<double>()},
            {"exact", (exact / told.clamp_min(1)).item<double>()}};
  }

  // The examples as they are; what the captioner says of the first ones is told.
  at::Tensor preview(const Batch& examples, int64_t rows, int64_t columns) override {
    const auto places = at::arange(rows * columns, at::kLong).remainder(examples.size()).to(examples.pictures.device());
    if (observer_ != nullptr && !examples.captions.empty()) observer_->on_message(fmt::format("sees: {}", told(examples)));
    return examples.pictures.index_select(0, places);
  }

  void probe() override {
    const at::NoGradGuard frozen;
    const auto device = device_of(*captioner_.network);
    captioner_.network->forward(at::zeros({1, shape_.channels, shape_.height, shape_.width}, device),
                                at::zeros({1, options_.length}, at::TensorOptions(at::kLong).device(device)));
  }

  at::Tensor paint(const PaintSpec&, Observer&) override {
    throw Error(ErrorCategory::unsupported,
                "a captioner describes pictures and paints none; ask it with inkstone annotate --caption");
  }
  std::vector<int64_t> latent_shape() const override { return {1}; }

  captioner::Captioner& captioner() { return captioner_; }

 private:
  // Cut to the longest caption of the batch. A picture without a caption teaches nothing.
  Lesson lesson_of(const Batch& batch) const {
    std::vector<at::Tensor> rows, starts;
    for (const auto& caption : batch.captions) {
      rows.push_back(at::tensor(captioner_.tokens.encode(caption, std::size_t(options_.length) + 1), at::kLong));
      starts.push_back(
          at::tensor({captioner::start_of(captioner::language_of(caption), captioner_.network->config())}, at::kLong));
    }
    const auto ids = at::stack(rows), said = ids.slice(1, 1);  // without the tokeniser's own start
    const auto words = (said != WordTokens::kPad).sum(1);
    const int64_t longest = std::min<int64_t>(words.max().item<int64_t>() + 1, options_.length);
    const auto places = at::arange(longest);
    const auto taught = (places <= words.unsqueeze(1)).logical_and(words.unsqueeze(1) > 0);
    const auto wanted = said.narrow(1, 0, longest).masked_fill(taught.logical_not(), kIgnored);
    const auto given = at::cat({at::stack(starts), said.narrow(1, 0, longest - 1)}, 1);
    return {given.to(batch.pictures.device()), wanted.to(batch.pictures.device())};
  }

  static at::Tensor counted(const Lesson& lesson) { return (lesson.wanted != kIgnored).to(at::kFloat); }
  static at::Tensor right(const at::Tensor& logits, const Lesson& lesson) {
    return (logits.detach().argmax(2) == lesson.wanted).to(at::kFloat);
  }
  static at::Tensor loss_of(const at::Tensor& logits, const Lesson& lesson, double smoothing) {
    return at::cross_entropy_loss(logits.flatten(0, 1), lesson.wanted.flatten(), {}, at::Reduction::Mean, kIgnored, smoothing);
  }

  std::string told(const Batch& examples) {
    std::vector<std::string> captions;
    for (int64_t k = 0; k < std::min(kToldInPreviews, examples.size()); ++k)
      captions.push_back(
          captioner_.say(examples.pictures.narrow(0, k, 1), captioner::language_of(examples.captions[std::size_t(k)]), 1).text);
    return fmt::format("{}", fmt::join(captions, " | "));
  }

  CaptionerOptions options_;
  PictureShape shape_;
  captioner::Captioner captioner_;
  Observer* observer_ = nullptr;  // of the run, which outlives its family's training
};

void check_captioner(const CaptionerOptions& options, const PictureShape& shape) {
  if (options.features % options.heads != 0) throw Error(ErrorCategory::bad_argument, "--features must be a multiple of --heads");
  if (shape.height < 8 || shape.width < 8)
    throw Error(ErrorCategory::bad_argument, "a captioner needs pictures of at least 8 x 8 pixels");
}

}  // namespace

std::unique_ptr<Family> make_captioner(const CaptionerOptions& options, const PictureShape& shape) {
  check_captioner(options, shape);
  return std::make_unique<CaptionerFamily>(options, shape);
}

captioner::Captioner open_captioner(const StateDict& model) {
  const auto description = description_of(model);
  if (description.family != kCaptionerName)
    throw Error(
        ErrorCategory::unsupported,
        fmt::format("the model is one of the family {}, which describes no pictures; train one with inkstone train captioner",
                    description.family));
  const auto options = nlohmann::json::parse(description.options, nullptr, false);
  if (options.is_discarded()) throw Error(ErrorCategory::corrupt_file, "the captioner's 'inkstone.options' cannot be read");
  const auto chosen = from_json<CaptionerOptions>(options);
  check_captioner(chosen, description.shape);
  CaptionerFamily family(chosen, description.shape);
  fill_weights(family.networks(), model);
  family.captioner().network->eval();
  return std::move(family.captioner());
}

}  // namespace inkstone
