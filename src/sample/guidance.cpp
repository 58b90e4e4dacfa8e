#include "sample/guidance.hpp"

#include <cmath>

#include <ATen/ATen.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

at::Tensor beside_pictures(const at::Tensor& rows, const at::Tensor& pictures) {
  std::vector<int64_t> shape(pictures.dim(), 1);
  shape[0] = pictures.size(0);
  return rows.reshape(shape);
}

at::Tensor deviation_of(const at::Tensor& pictures) {
  return beside_pictures(pictures.flatten(1).std(1), pictures);
}

// What a network says, from x0 and back: said = (a x - x0) / b.
struct Saying {
  double a, b;
  Saying(Prediction prediction, double sigma) : a(1), b(sigma) {
    if (prediction == Prediction::velocity) a = 1 / (1 + sigma * sigma), b = sigma * std::sqrt(a);
    if (prediction == Prediction::clean || prediction == Prediction::edm) a = 0, b = -1;
  }
  at::Tensor of(const at::Tensor& x, const at::Tensor& x0) const { return (a * x - x0) / b; }
  at::Tensor back(const at::Tensor& x, const at::Tensor& said) const { return a * x - b * said; }
};

at::Tensor rescaled(const at::Tensor& x, double sigma, const at::Tensor& strong, const at::Tensor& plain,
                    const GuidanceOptions& options) {
  const Saying say(options.prediction, sigma);
  const auto said = say.of(x, strong);
  const auto whole = said * (deviation_of(say.of(x, plain)) / deviation_of(said));
  return say.back(x, options.rescale * whole + (1 - options.rescale) * said);
}

at::Tensor thresholded(const at::Tensor& x0, double percentile) {
  const auto s = beside_pictures(at::quantile(x0.abs().flatten(1), percentile, 1).clamp_min(1), x0);
  return at::minimum(at::maximum(x0, -s), s) / s;
}

class TwoSided : public Denoiser {
 public:
  TwoSided(const Denoiser& inner, Condition positive, Condition negative, const GuidanceOptions& options)
      : inner_(inner), positive_(std::move(positive)), negative_(std::move(negative)), options_(options) {}

  Denoised denoise(const at::Tensor& x, double sigma, const Condition&) const override {
    const auto positive = with_rows(positive_, x.size(0));
    if (sigma <= options_.least_sigma || sigma > options_.most_sigma) return held(inner_.denoise(x, sigma, positive));
    auto [seen, strong] = steered(x, sigma, positive);
    const auto plain = seen.x0;
    if (options_.perturbed_scale != 0) strong = strong + options_.perturbed_scale * (plain - weakened(x, sigma, positive));
    if (options_.rescale > 0) strong = rescaled(x, sigma, strong, plain, options_);
    return held({strong, seen.variance});
  }

 private:
  struct Steered {
    Denoised plain;  // the positive answer
    at::Tensor strong;
  };

  Denoised held(Denoised result) const {
    if (options_.threshold > 0) result.x0 = thresholded(result.x0, options_.threshold);
    return result;
  }

  Steered steered(const at::Tensor& x, double sigma, const Condition& positive) const {
    if (options_.image_scale <= 0 && options_.scale == 1) {
      const auto plain = inner_.denoise(x, sigma, positive);
      return {plain, plain.x0};
    }
    const auto negative = with_rows(negative_, x.size(0));
    if (options_.image_scale <= 0) {
      const auto [plain, others] = asked(x, sigma, {positive, negative});
      return {plain, others[0] + options_.scale * (plain.x0 - others[0])};
    }
    auto blind = negative;
    if (blind.concat.defined()) blind.concat = at::zeros_like(blind.concat);
    const auto [plain, others] = asked(x, sigma, {positive, negative, blind});
    const auto &picture = others[0], &nothing = others[1];
    return {plain, nothing + options_.image_scale * (picture - nothing) + options_.scale * (plain.x0 - picture)};
  }

  at::Tensor weakened(const at::Tensor& x, double sigma, Condition positive) const {
    positive.perturbation = options_.perturbation;
    positive.layers = options_.layers;
    return inner_(x, sigma, positive);
  }

  struct Answers {
    Denoised first;
    std::vector<at::Tensor> others;
  };

  // In one batch, unless the conditions differ in length.
  Answers asked(const at::Tensor& x, double sigma, const std::vector<Condition>& conditions) const {
    auto all = conditions[0];
    bool together = true;
    for (std::size_t k = 1; k < conditions.size() && together; ++k)
      if ((together = can_join(all, conditions[k]))) all = joined(all, conditions[k]);
    Answers answers;
    if (!together) {
      answers.first = inner_.denoise(x, sigma, conditions[0]);
      for (std::size_t k = 1; k < conditions.size(); ++k) answers.others.push_back(inner_(x, sigma, conditions[k]));
      return answers;
    }
    const auto count = static_cast<int64_t>(conditions.size());
    const auto seen = inner_.denoise(at::cat(std::vector<at::Tensor>(conditions.size(), x)), sigma, all);
    answers.others = seen.x0.chunk(count);
    answers.first = {answers.others[0], seen.variance.defined() ? seen.variance.chunk(count)[0] : at::Tensor()};
    answers.others.erase(answers.others.begin());
    return answers;
  }

  const Denoiser& inner_;
  Condition positive_, negative_;
  GuidanceOptions options_;
};

}  // namespace

std::unique_ptr<Denoiser> guided(const Denoiser& denoiser, Condition positive, Condition negative,
                                 const GuidanceOptions& options) {
  const auto refuse = [](const char* message) { throw Error(ErrorCategory::bad_argument, message); };
  if (!(options.rescale >= 0 && options.rescale <= 1)) refuse("guidance rescale goes from 0 to 1");
  if (!(options.threshold >= 0 && options.threshold <= 1))
    refuse("the percentile of dynamic thresholding goes from 0 (off) to 1");
  if (!(options.least_sigma <= options.most_sigma)) refuse("the interval of guidance ends before it begins");
  return std::make_unique<TwoSided>(denoiser, std::move(positive), std::move(negative), options);
}

}  // namespace inkstone
