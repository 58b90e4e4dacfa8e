#include "kernels/group_norm.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/ivalue.h>
#include <ATen/record_function.h>

#include "core/split_mix.hpp"
#include "kernels/group_norm_rows.hpp"

namespace inkstone::kernels {
namespace {

constexpr int64_t kRow = 512;  // values that the inner loops take at once: few enough to stay in the first cache

struct Extent {
  int64_t pictures, channels, pixels, groups;
  explicit Extent(const at::Tensor& x, int64_t groups)
      : pictures(x.size(0)), channels(x.size(1)), pixels(x.size(2) * x.size(3)), groups(groups) {}
  int64_t repeats() const { return std::max<int64_t>(1, kRow / channels); }  // pixels in a row
  int64_t row() const { return repeats() * channels; }
  int64_t values() const { return channels * pixels; }
  int64_t group_channels() const { return channels / groups; }
  double group_values() const { return static_cast<double>(group_channels() * pixels); }
};

using Row = std::vector<float>;

// One value per channel, repeated for every pixel of a row.
template <class ValueOf>
Row per_channel(const Extent& e, ValueOf value_of) {
  Row row(e.row());
  for (int64_t c = 0; c < e.channels; ++c) row[c] = static_cast<float>(value_of(c));
  for (int64_t r = 1; r < e.repeats(); ++r) std::copy_n(row.begin(), e.channels, row.begin() + r * e.channels);
  return row;
}

// Sum over the pixels of a row.
double folded(const Row& row, const Extent& e, int64_t channel) {
  double sum = 0;
  for (int64_t i = channel; i < e.row(); i += e.channels) sum += row[i];
  return sum;
}

// Rows of a picture as float32: the memory itself, or a widened copy.
class Reader {
 public:
  Reader(const at::Tensor& t, int64_t picture, const Extent& e) : narrow_(t.scalar_type() == at::kBFloat16) {
    base_ = static_cast<const char*>(t.data_ptr()) + picture * e.values() * t.element_size();
    if (narrow_) buffer_.resize(e.row());
  }
  const float* at(int64_t first, int64_t n) {
    if (!narrow_) return reinterpret_cast<const float*>(base_) + first;
    rows::widen(reinterpret_cast<const uint16_t*>(base_) + first, buffer_.data(), n);
    return buffer_.data();
  }

 private:
  const char* base_;
  bool narrow_;
  Row buffer_;
};

class Writer {
 public:
  Writer(const at::Tensor& t, int64_t picture, const Extent& e) : narrow_(t.scalar_type() == at::kBFloat16) {
    base_ = static_cast<char*>(t.data_ptr()) + picture * e.values() * t.element_size();
    if (narrow_) buffer_.resize(e.row());
  }
  float* at(int64_t first) { return narrow_ ? buffer_.data() : reinterpret_cast<float*>(base_) + first; }
  float* load(int64_t first, int64_t n) {
    if (narrow_) rows::widen(reinterpret_cast<const uint16_t*>(base_) + first, buffer_.data(), n);
    return at(first);
  }
  void done(int64_t first, int64_t n) {
    if (narrow_) rows::narrow(buffer_.data(), reinterpret_cast<uint16_t*>(base_) + first, n);
  }

 private:
  char* base_;
  bool narrow_;
  Row buffer_;
};

template <class Body>
void for_each_row(const Extent& e, Body body) {
  for (int64_t first = 0; first < e.values(); first += e.row()) body(first, std::min(e.row(), e.values() - first));
}

rows::Mask mask_of(const GroupNormSettings& s, int64_t picture) {
  const uint64_t key = scrambled(s.seed ^ scrambled(static_cast<uint64_t>(picture)));
  return {static_cast<uint32_t>(key), static_cast<uint32_t>(key >> 32), static_cast<uint32_t>(std::ldexp(s.dropout, 32)),
          static_cast<float>(1 / (1 - s.dropout))};
}

const float* row_of(const at::Tensor& t, int64_t picture) {
  return t.defined() ? t.data_ptr<float>() + picture * t.size(1) : nullptr;
}

// Mean and centred sum of squares of one channel, from sums about a pivot.
struct Moments {
  double count = 0, mean = 0, squares = 0;
  void merge(const Moments& other) {  // Chan, Golub and LeVeque 1979
    const double total = count + other.count, delta = other.mean - mean;
    squares += other.squares + delta * delta * count * other.count / total;
    mean += delta * other.count / total;
    count = total;
  }
};

// Sums about the first pixel's values, so that a mean far from zero costs no digits.
std::vector<Moments> moments_of(const at::Tensor& x, const float* shift, int64_t picture, const Extent& e) {
  Reader in(x, picture, e);
  const float* start = in.at(0, e.channels);
  const Row pivot = per_channel(e, [&](int64_t c) { return start[c]; });
  Row sum(e.row()), square(e.row());
  for_each_row(e, [&](int64_t first, int64_t n) { rows::moments(in.at(first, n), pivot.data(), sum.data(), square.data(), n); });
  std::vector<Moments> groups(e.groups);
  for (int64_t c = 0; c < e.channels; ++c) {
    const double s = folded(sum, e, c), count = static_cast<double>(e.pixels);
    groups[c / e.group_channels()].merge(
        {count, pivot[c] + s / count + (shift ? shift[c] : 0.0F), folded(square, e, c) - s * s / count});
  }
  return groups;
}

void normalise_picture(const at::Tensor& x, const float* shift, const float* gamma, const float* beta, const GroupNormSettings& s,
                       const GroupNormResult& result, int64_t picture, const Extent& e) {
  auto* mean = result.mean.data_ptr<float>() + picture * e.groups;
  auto* rstd = result.rstd.data_ptr<float>() + picture * e.groups;
  const auto groups = moments_of(x, shift, picture, e);
  for (int64_t g = 0; g < e.groups; ++g) {
    mean[g] = static_cast<float>(groups[g].mean);
    rstd[g] = static_cast<float>(1 / std::sqrt(std::max(groups[g].squares, 0.0) / e.group_values() + s.eps));
  }
  const auto group = [&](int64_t c) { return c / e.group_channels(); };
  const Row scale = per_channel(e, [&](int64_t c) { return rstd[group(c)] * gamma[c]; });
  const Row offset = per_channel(
      e, [&](int64_t c) { return beta[c] + ((shift ? shift[c] : 0.0F) - mean[group(c)]) * rstd[group(c)] * gamma[c]; });
  const auto mask = mask_of(s, picture);
  const auto apply = s.silu ? rows::affine_silu : rows::affine;
  Reader in(x, picture, e);
  Writer out(result.y, picture, e);
  for_each_row(e, [&](int64_t first, int64_t n) {
    float* y = out.at(first);
    apply(in.at(first, n), scale.data(), offset.data(), y, n);
    if (s.dropout > 0) rows::drop(y, static_cast<uint32_t>(first), mask, n);
    out.done(first, n);
  });
}

struct Backward {
  const at::Tensor &dy, &x, &shift, &weight, &bias;
  const GroupNormResult& forward;
  const GroupNormSettings& settings;
  at::Tensor dx, dshift, dweight, dbias;  // the last three [N,C]: summed over pictures afterwards, in order
};

struct NormRows {
  Row u, v, gamma, beta;  // normalised h = u x + v; z = gamma h + beta
};

NormRows norm_rows(const Backward& b, int64_t picture, const Extent& e) {
  const float* shift = row_of(b.shift, picture);
  const float *mean = row_of(b.forward.mean, picture), *rstd = row_of(b.forward.rstd, picture);
  const auto group = [&](int64_t c) { return c / e.group_channels(); };
  return {per_channel(e, [&](int64_t c) { return rstd[group(c)]; }),
          per_channel(e, [&](int64_t c) { return ((shift ? shift[c] : 0.0F) - mean[group(c)]) * rstd[group(c)]; }),
          per_channel(e, [&](int64_t c) { return b.weight.data_ptr<float>()[c]; }),
          per_channel(e, [&](int64_t c) { return b.bias.data_ptr<float>()[c]; })};
}

// Leaves dz in dx, and the sums of each channel over the picture.
void reduce_picture(const Backward& b, const NormRows& k, rows::Sums sums, int64_t picture, const Extent& e) {
  const auto mask = mask_of(b.settings, picture);
  Reader in(b.x, picture, e), upper(b.dy, picture, e);
  Writer out(b.dx, picture, e);
  for_each_row(e, [&](int64_t first, int64_t n) {
    float* dz = out.at(first);
    std::copy_n(upper.at(first, n), n, dz);
    if (b.settings.dropout > 0) rows::drop(dz, static_cast<uint32_t>(first), mask, n);
    const float* x = in.at(first, n);
    if (b.settings.silu) {
      rows::reduce_silu(x, dz, k.u.data(), k.v.data(), k.gamma.data(), k.beta.data(), sums, n);
    } else {
      rows::reduce(x, dz, k.u.data(), k.v.data(), sums, n);
    }
    out.done(first, n);
  });
}

// dx = rstd (gamma dz - A - h B), with A and B the means of gamma dz and gamma dz h over the group.
void backward_picture(const Backward& b, int64_t picture, const Extent& e) {
  const auto k = norm_rows(b, picture, e);
  Row h(e.row()), dz(e.row()), dz_h(e.row());
  reduce_picture(b, k, {h.data(), dz.data(), dz_h.data()}, picture, e);
  auto *dshift = b.dshift.data_ptr<float>() + picture * e.channels, *dweight = b.dweight.data_ptr<float>() + picture * e.channels,
       *dbias = b.dbias.data_ptr<float>() + picture * e.channels;
  std::vector<double> mean_dz(e.groups), mean_dz_h(e.groups);
  for (int64_t c = 0; c < e.channels; ++c) {
    dbias[c] = static_cast<float>(folded(dz, e, c));
    dweight[c] = static_cast<float>(folded(dz_h, e, c));
    mean_dz[c / e.group_channels()] += k.gamma[c] * dbias[c] / e.group_values();
    mean_dz_h[c / e.group_channels()] += k.gamma[c] * dweight[c] / e.group_values();
  }
  const auto group = [&](int64_t c) { return c / e.group_channels(); };
  for (int64_t c = 0; c < e.channels; ++c)
    dshift[c] = static_cast<float>(k.u[c] * (k.gamma[c] * dbias[c] - static_cast<double>(e.pixels) * mean_dz[group(c)] -
                                             folded(h, e, c) * mean_dz_h[group(c)]));
  const Row a = per_channel(e, [&](int64_t c) { return k.u[c] * k.gamma[c]; });
  const Row on_x = per_channel(e, [&](int64_t c) { return -k.u[c] * mean_dz_h[group(c)] * k.u[c]; });
  const Row constant = per_channel(e, [&](int64_t c) { return -k.u[c] * (mean_dz[group(c)] + mean_dz_h[group(c)] * k.v[c]); });
  Reader in(b.x, picture, e);
  Writer out(b.dx, picture, e);
  for_each_row(e, [&](int64_t first, int64_t n) {
    rows::combine(out.load(first, n), in.at(first, n), a.data(), on_x.data(), constant.data(), n);
    out.done(first, n);
  });
}

template <class Body>
void for_each_picture(const Extent& e, Body body) {
  at::parallel_for(0, e.pictures, 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) body(n);
  });
}

}  // namespace

GroupNormResult group_norm(const at::Tensor& x, const at::Tensor& shift, const at::Tensor& weight, const at::Tensor& bias,
                           const GroupNormSettings& settings) {
  RECORD_FUNCTION("inkstone::group_norm", std::vector<c10::IValue>({x, weight, bias}));
  const Extent e(x, settings.groups);
  const auto floats = x.options().dtype(at::kFloat);
  GroupNormResult result{at::empty(x.sizes(), x.options(), at::MemoryFormat::ChannelsLast),
                         at::empty({e.pictures, e.groups}, floats), at::empty({e.pictures, e.groups}, floats)};
  for_each_picture(e, [&](int64_t n) {
    normalise_picture(x, row_of(shift, n), weight.data_ptr<float>(), bias.data_ptr<float>(), settings, result, n, e);
  });
  return result;
}

GroupNormGradients group_norm_backward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& shift,
                                       const at::Tensor& weight, const at::Tensor& bias, const GroupNormResult& forward,
                                       const GroupNormSettings& settings) {
  RECORD_FUNCTION("inkstone::group_norm_backward", std::vector<c10::IValue>({dy, x, weight, bias}));
  const Extent e(x, settings.groups);
  const auto floats = x.options().dtype(at::kFloat);
  const auto per_picture = [&] { return at::empty({e.pictures, e.channels}, floats); };
  const Backward b{dy,
                   x,
                   shift,
                   weight,
                   bias,
                   forward,
                   settings,
                   at::empty(x.sizes(), x.options(), at::MemoryFormat::ChannelsLast),
                   per_picture(),
                   per_picture(),
                   per_picture()};
  for_each_picture(e, [&](int64_t n) { backward_picture(b, n, e); });
  return {b.dx, b.dshift, b.dweight.sum(0), b.dbias.sum(0)};
}

}  // namespace inkstone::kernels
