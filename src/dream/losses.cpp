#include "dream/losses.hpp"

#include <algorithm>

#include <ATen/ATen.h>

#include "inkstone/error.hpp"
#include "kernels/matmul.hpp"

namespace inkstone::dream {
namespace {

constexpr double kTiny = 1e-12;

double sum_of_squares(const at::Tensor& t) {
  return at::sum(t.to(at::kFloat).square(), at::kDouble).item<double>();
}

at::Tensor weighted(const at::Tensor& features, const at::Tensor& w) {
  return w.defined() ? features * w.unsqueeze(1).to(features.scalar_type()) : features;
}

double total_weight(const at::Tensor& features, const at::Tensor& w) {
  return w.defined() ? w.sum().item<double>() : static_cast<double>(features.size(0));
}

void add(at::Tensor& sum, const at::Tensor& t) {
  sum = sum.defined() ? sum + t : t;
}

class GramTerm final : public StyleTerm {
 public:
  GramTerm(Scale scale, int64_t picture_pixels) : scale_(scale), picture_pixels_(picture_pixels) {}

  void adopt_target(double blend) override { add(target_, sum_ * (blend / divisor(weight_))); }
  void begin() override {
    sum_ = at::Tensor();
    weight_ = 0;
  }
  void accumulate(const at::Tensor& features, const at::Tensor& w) override {
    add(sum_, kernels::transposed_product(weighted(features, w), features));
    weight_ += total_weight(features, w);
  }
  double loss() override {
    difference_ = sum_ / divisor(weight_) - target_;
    return strength() * sum_of_squares(difference_);
  }
  // d loss / d F = diag(w) F D with D = 4 s (G - A) / sum w
  void add_gradient(const at::Tensor& features, const at::Tensor& w, double weight, at::Tensor& gradient) override {
    kernels::add_product_(gradient, weighted(features, w), difference_ * (4 * weight * strength() / divisor(weight_)));
  }

 private:
  double divisor(double n) const { return scale_ == Scale::tutorial ? 1.0 : std::max(n, kTiny); }
  double strength() const {
    const double channels = static_cast<double>(target_.size(0)), pixels = static_cast<double>(picture_pixels_);
    switch (scale_) {
      case Scale::relative:
        return 1 / std::max(sum_of_squares(target_), kTiny);
      case Scale::mean:
        return 1 / (channels * channels);
      case Scale::tutorial:
        return 1 / (4 * 9 * pixels * pixels);
    }
    return 0;
  }

  Scale scale_;
  int64_t picture_pixels_;
  at::Tensor target_, sum_, difference_;
  double weight_ = 0;
};

class MeanVarianceTerm final : public StyleTerm {
 public:
  explicit MeanVarianceTerm(Scale scale) : scale_(scale) {}

  void adopt_target(double blend) override {
    find_moments();
    add(target_mean_, mean_ * blend);
    add(target_deviation_, deviation_ * blend);
  }
  void begin() override {
    sum_ = at::Tensor();
    weight_ = 0;
  }
  void accumulate(const at::Tensor& features, const at::Tensor& w) override {
    const auto f = features.to(at::kFloat);
    add(sum_, at::stack({weighted(f, w).sum(0, false, at::kDouble), weighted(f.square(), w).sum(0, false, at::kDouble)}));
    weight_ += total_weight(features, w);
  }
  double loss() override {
    find_moments();
    return strength() * (sum_of_squares(mean_ - target_mean_) + sum_of_squares(deviation_ - target_deviation_));
  }
  // d loss / d F_ic = 2 s w_i / sum w * [(mu_c - mu_A) + (sigma_c - sigma_A) (F_ic - mu_c) / sigma_c]
  void add_gradient(const at::Tensor& features, const at::Tensor& w, double weight, at::Tensor& gradient) override {
    const double scale = 2 * weight * strength() / std::max(weight_, kTiny);
    const auto slope = (deviation_ - target_deviation_) / deviation_;
    const auto g = ((mean_ - target_mean_) + slope * (features.to(at::kFloat) - mean_)) * scale;
    gradient.add_(weighted(g, w).to(gradient.scalar_type()));
  }

 private:
  void find_moments() {
    const auto moments = sum_ / std::max(weight_, kTiny);
    mean_ = moments[0].to(at::kFloat);
    deviation_ = at::sqrt((moments[1] - moments[0].square()).clamp_min(kTiny)).to(at::kFloat);
  }
  double strength() const {
    if (scale_ != Scale::relative) return 1.0 / static_cast<double>(target_mean_.size(0));
    return 1 / std::max(sum_of_squares(target_mean_) + sum_of_squares(target_deviation_), kTiny);
  }

  Scale scale_;
  at::Tensor target_mean_, target_deviation_, sum_, mean_, deviation_;
  double weight_ = 0;
};

class HistogramTerm final : public StyleTerm {
 public:
  explicit HistogramTerm(Scale scale) : scale_(scale) {}

  void begin() override { features_ = at::Tensor(); }
  void accumulate(const at::Tensor& features, const at::Tensor&) override { features_ = features.to(at::kFloat); }
  // The target is the blend of the sorted values: an inverse distribution function, read where others need it.
  void adopt_target(double blend) override {
    const auto sorted = std::get<0>(features_.sort(0));
    add(target_, (target_.defined() ? read_at(sorted, at::linspace(0, 1, target_.size(0))) : sorted) * blend);
  }
  double loss() override {
    const auto order = std::get<1>(features_.sort(0));
    const auto wanted = read_at(target_, at::linspace(0, 1, features_.size(0)));
    const auto matched = at::empty_like(features_).scatter_(0, order, wanted);
    residual_ = features_ - matched;
    strength_ =
        1 / (scale_ == Scale::relative ? std::max(sum_of_squares(matched), kTiny) : static_cast<double>(features_.numel()));
    return strength_ * sum_of_squares(residual_);
  }
  void add_gradient(const at::Tensor&, const at::Tensor& w, double weight, at::Tensor& gradient) override {
    gradient.add_(weighted(residual_ * (2 * weight * strength_), w).to(gradient.scalar_type()));
  }
  bool tileable() const override { return false; }

 private:
  // Linear interpolation of the columns of sorted [m,C] at places [k] in [0,1] -> [k,C].
  static at::Tensor read_at(const at::Tensor& sorted, const at::Tensor& places) {
    const auto position = places * static_cast<double>(sorted.size(0) - 1);
    const auto lower = position.floor();
    const auto fraction = (position - lower).unsqueeze(1);
    const auto first = lower.to(at::kLong), second = at::minimum(first + 1, at::scalar_tensor(sorted.size(0) - 1, at::kLong));
    return sorted.index_select(0, first) * (1 - fraction) + sorted.index_select(0, second) * fraction;
  }

  Scale scale_;
  at::Tensor target_, features_, residual_;
  double strength_ = 0;
};

// Neighbour differences with the last column (row) dropped: d_x[y][x] = x[y][x+1] - x[y][x].
at::Tensor difference(const at::Tensor& x, int64_t dim) {
  const int64_t n = x.size(dim);
  return x.narrow(dim, 1, n - 1) - x.narrow(dim, 0, n - 1);
}

void scatter_difference(at::Tensor& gradient, const at::Tensor& d, int64_t dim) {
  const int64_t n = gradient.size(dim);
  gradient.narrow(dim, 1, n - 1).add_(d);
  gradient.narrow(dim, 0, n - 1).sub_(d);
}

double squared_variation(const at::Tensor& x, double weight, at::Tensor& gradient) {
  const double pixels = static_cast<double>(x.size(2) * x.size(3));
  double loss = 0;
  for (const int64_t dim : {2, 3}) {
    const auto d = difference(x, dim);
    loss += sum_of_squares(d) / pixels;
    scatter_difference(gradient, d * (2 * weight / pixels), dim);
  }
  return loss;
}

double power_variation(const at::Tensor& x, double weight, at::Tensor& gradient) {
  const int64_t h = x.size(2) - 1, w = x.size(3) - 1;
  const auto dy = difference(x, 2).narrow(3, 0, w), dx = difference(x, 3).narrow(2, 0, h);
  const auto square = dx.square() + dy.square();
  // d (s^1.25) / d dx = 2.5 s^0.25 dx
  const auto slope = square.pow(0.25) * (2.5 * weight);
  auto inner = gradient.narrow(2, 0, h);
  scatter_difference(inner, slope * dx, 3);
  auto left = gradient.narrow(3, 0, w);
  scatter_difference(left, slope * dy, 2);
  return at::sum(square.pow(1.25), at::kDouble).item<double>();
}

}  // namespace

std::unique_ptr<StyleTerm> make_gram_term(Scale scale, int64_t picture_pixels) {
  return std::make_unique<GramTerm>(scale, picture_pixels);
}
std::unique_ptr<StyleTerm> make_mean_variance_term(Scale scale) {
  return std::make_unique<MeanVarianceTerm>(scale);
}
std::unique_ptr<StyleTerm> make_histogram_term(Scale scale) {
  return std::make_unique<HistogramTerm>(scale);
}

std::unique_ptr<StyleTerm> make_style_term(const std::string& name, Scale scale, int64_t picture_pixels) {
  if (name == "gram") return make_gram_term(scale, picture_pixels);
  if (name == "mean-variance") return make_mean_variance_term(scale);
  if (name == "histogram") return make_histogram_term(scale);
  throw Error(ErrorCategory::bad_argument, "style-loss is gram, mean-variance or histogram, not '" + name + "'");
}

ContentScale ContentScale::of(Scale scale, double count, double energy) {
  return {1 / std::max(scale == Scale::relative ? energy : count, kTiny)};
}

double content_loss(const at::Tensor& features, const at::Tensor& target, ContentScale scale) {
  return scale.s * sum_of_squares(features - target);
}

void add_content_gradient(const at::Tensor& features, const at::Tensor& target, ContentScale scale, double weight,
                          at::Tensor& gradient) {
  const double slope = 2 * weight * scale.s;
  gradient.add_(features, slope).sub_(target, slope);
}

double total_variation(const at::Tensor& x, Variation kind, double weight, at::Tensor& gradient) {
  if (x.size(2) < 2 || x.size(3) < 2) return 0;
  return kind == Variation::squares ? squared_variation(x, weight, gradient) : power_variation(x, weight, gradient);
}

}  // namespace inkstone::dream
