#include "eval/moments.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr int64_t kRowsAtOnce = 4096;  // bounds the float64 copy of what is added

void check_rows(const at::Tensor& rows, const at::Tensor& mean) {
  if (rows.dim() != 2) throw Error(ErrorCategory::bad_argument, "features to measure should be rows of numbers, [N,D]");
  if (mean.defined() && rows.size(1) != mean.size(0))
    throw Error(ErrorCategory::bad_argument,
                fmt::format("features of {} numbers cannot be joined with features of {}; use one feature network for both",
                            rows.size(1), mean.size(0)));
}

}  // namespace

Moments::Moments(int64_t count, at::Tensor mean, at::Tensor covariance)
    : count_(count), mean_(std::move(mean)), scatter_(covariance * static_cast<double>(count - 1)) {}

void Moments::add(const at::Tensor& rows) {
  check_rows(rows, mean_);
  for (int64_t first = 0; first < rows.size(0); first += kRowsAtOnce) {
    auto part = rows.narrow(0, first, std::min(kRowsAtOnce, rows.size(0) - first)).to(at::kDouble);
    Moments counted;
    counted.count_ = part.size(0);
    counted.mean_ = part.mean(0);
    if (!counted.mean_.isfinite().all().item<bool>())
      throw Error(ErrorCategory::bad_argument, "the feature network gave numbers that are not finite; check its weights");
    part = part - counted.mean_;
    counted.scatter_ = at::mm(part.t(), part);
    merge(counted);
  }
}

void Moments::merge(const Moments& other) {
  if (other.count_ == 0) return;
  if (count_ == 0) {
    *this = {};
    count_ = other.count_;
    mean_ = other.mean_.clone();
    scatter_ = other.scatter_.clone();
    return;
  }
  check_rows(other.mean_.unsqueeze(0), mean_);
  const double n = static_cast<double>(count_), m = static_cast<double>(other.count_);
  const auto delta = other.mean_ - mean_;
  mean_ = mean_ + delta * (m / (n + m));
  scatter_.add_(other.scatter_).addr_(delta, delta, 1, n * m / (n + m));
  count_ += other.count_;
}

at::Tensor Moments::covariance() const {
  if (count_ < 2) throw Error(ErrorCategory::bad_argument, "a covariance needs at least two pictures");
  return scatter_ / static_cast<double>(count_ - 1);
}

Moments moments_of(const at::Tensor& rows) {
  Moments moments;
  moments.add(rows);
  return moments;
}

}  // namespace inkstone
