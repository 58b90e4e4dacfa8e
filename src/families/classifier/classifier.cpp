#include "families/classifier/classifier.hpp"

#include <ATen/ATen.h>

#include "inkstone/error.hpp"
#include "models/classifier/classifier.hpp"

namespace inkstone {
namespace {

constexpr int64_t kIgnoreNone = -100;  // torch's default: a label that does not occur

at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& labels, double smoothing,
                         at::Reduction::Reduction reduction = at::Reduction::Mean) {
  return at::cross_entropy_loss(logits.to(at::kFloat), labels, {}, reduction, kIgnoreNone, smoothing);
}

at::Tensor accuracy(const at::Tensor& logits, const at::Tensor& labels) {
  return (logits.argmax(1) == labels).to(at::kFloat).mean();
}

void check_labels(const Batch& batch) {
  if (!batch.labels.defined() || batch.labels.lt(0).any().item<bool>())
    throw Error(ErrorCategory::bad_argument,
                "a classifier learns from labels, and some pictures have none; sort them into one folder per class");
}

class ClassifierFamily : public Family {
 public:
  ClassifierFamily(const ClassifierOptions& options, const PictureShape& shape)
      : options_(options),
        shape_(shape),
        net_(ClassifierConfig{shape.channels, static_cast<int64_t>(shape.classes.size()), options.features,
                              options.norm == "layer" ? nn::Norm::layer : nn::Norm::batch}) {}

  std::vector<Network> networks() override { return {{.name = "classifier", .module = net_.ptr()}}; }

  void step(const Batch& batch, TrainingStep& step) override {
    check_labels(batch);
    step.minimise("classifier", batch, [&](const Batch& part) {
      const auto logits = net_->forward(part.pictures);
      const auto loss = cross_entropy(logits, part.labels, options_.label_smoothing);
      step.report("loss", loss.detach());
      step.report("accuracy", accuracy(logits.detach(), part.labels));
      return loss;
    });
  }

  std::map<std::string, double> validate(const Batch& batch, StepNoise&) override {
    check_labels(batch);
    const at::NoGradGuard frozen;
    const auto logits = net_->forward(batch.pictures);
    return {{"loss", cross_entropy(logits, batch.labels, 0).item<double>()},
            {"accuracy", accuracy(logits, batch.labels).item<double>()}};
  }

  at::Tensor preview(const Batch& examples, int64_t rows, int64_t columns) override {
    const at::NoGradGuard frozen;
    const auto loss = cross_entropy(net_->forward(examples.pictures), examples.labels, 0, at::Reduction::None);
    const auto hardest = loss.argsort(0, /*descending=*/true);
    const auto places = at::arange(rows * columns, hardest.options()).remainder(hardest.size(0));
    return examples.pictures.index_select(0, hardest.index_select(0, places));
  }

  void probe() override {
    const at::NoGradGuard frozen;
    net_->eval();
    const auto& weight = net_->conv1->weight;
    net_->forward(at::zeros({1, shape_.channels, shape_.height, shape_.width}, weight.options()));
  }

  at::Tensor paint(const PaintSpec&, Observer&) override {
    throw Error(ErrorCategory::unsupported,
                "a classifier names pictures and paints none; choose another model, or use it with inkstone evaluate");
  }
  std::vector<int64_t> latent_shape() const override { return {1}; }
  int64_t classes() const override { return static_cast<int64_t>(shape_.classes.size()); }

 private:
  ClassifierOptions options_;
  PictureShape shape_;
  ClassifierNet net_;
};

}  // namespace

std::unique_ptr<Family> make_classifier(const ClassifierOptions& options, const PictureShape& shape) {
  if (shape.classes.size() < 2)
    throw Error(ErrorCategory::bad_argument,
                "a classifier needs data of at least two classes; sort the pictures into one folder per class");
  if (shape.height < 4 || shape.width < 4)
    throw Error(ErrorCategory::bad_argument, "a classifier needs pictures of at least 4 x 4 pixels");
  return std::make_unique<ClassifierFamily>(options, shape);
}

}  // namespace inkstone
