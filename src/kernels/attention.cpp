#include "kernels/attention.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/ivalue.h>

#include "kernels/attention_rows.hpp"
#include "kernels/convolution.hpp"

namespace inkstone::kernels {
namespace {

at::Tensor like_heads_inside(const at::Tensor& q, int64_t depth) {
  return at::empty({q.size(0), q.size(2), q.size(1), depth}, q.options()).transpose(1, 2);
}

// As many query rows as keep their scores within a few megabytes.
at::Tensor attention_by_rows(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
  constexpr int64_t kScores = int64_t(1) << 22;
  const double scale = 1 / std::sqrt(static_cast<double>(q.size(3)));
  const int64_t rows = std::max<int64_t>(16, kScores / std::max<int64_t>(1, k.size(2) * q.size(0) * q.size(1)));
  const auto keys = k.transpose(-1, -2);
  auto out = like_heads_inside(q, v.size(3));
  for (int64_t first = 0; first < q.size(2); first += rows) {
    const int64_t n = std::min(rows, q.size(2) - first);
    const auto weights = at::softmax(at::matmul(q.narrow(2, first, n) * scale, keys), -1);
    out.narrow(2, first, n).copy_(at::matmul(weights, v));
  }
  return out;
}

#ifdef INKSTONE_HAVE_AVX512_BF16

const uint16_t* bits(const at::Tensor& t) {
  return static_cast<const uint16_t*>(t.data_ptr());
}

at::Tensor dense_rows(const at::Tensor& t) {
  return t.stride(3) == 1 ? t : t.contiguous();
}

class FlashAttention {
 public:
  FlashAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v)
      : q_(dense_rows(q)), k_(dense_rows(k)), v_(dense_rows(v)), out_(like_heads_inside(q, q.size(3))) {
    const int64_t keys = attention_rows::padded(k.size(2), attention_rows::kKeys);
    packed_keys_ = at::empty({q.size(0) * heads(), keys * depth()}, q.options());
    packed_values_ = at::empty({q.size(0) * heads(), keys * attention_rows::padded(depth(), 16)}, q.options());
  }

  at::Tensor run() {
    at::parallel_for(0, q_.size(0) * heads(), 1, [&](int64_t first, int64_t last) {
      for (int64_t h = first; h < last; ++h) pack(h);
    });
    const int64_t blocks = (q_.size(2) + attention_rows::kRows - 1) / attention_rows::kRows;
    at::parallel_for(0, q_.size(0) * heads() * blocks, 1, [&](int64_t first, int64_t last) { attend(first, last, blocks); });
    return out_;
  }

 private:
  int64_t heads() const { return q_.size(1); }
  int64_t depth() const { return q_.size(3); }
  int64_t offset(const at::Tensor& t, int64_t h) const { return h / heads() * t.stride(0) + h % heads() * t.stride(1); }
  uint16_t* packed(const at::Tensor& t, int64_t h) const { return static_cast<uint16_t*>(t.data_ptr()) + h * t.stride(0); }

  void pack(int64_t h) {
    attention_rows::pack_keys(bits(k_) + offset(k_, h), k_.stride(2), k_.size(2), depth(), packed(packed_keys_, h));
    attention_rows::pack_values(bits(v_) + offset(v_, h), v_.stride(2), k_.size(2), depth(), packed(packed_values_, h));
  }

  void attend(int64_t first, int64_t last, int64_t blocks) const {
    using namespace attention_rows;
    std::vector<float> scores(kRows * kBlock), sums(kRows * padded(depth(), 16));
    std::vector<uint16_t> weights(kRows * kBlock);
    for (int64_t i = first; i < last; ++i) {
      const int64_t h = i / blocks, row = i % blocks * kRows;
      Block block;
      block.queries = bits(q_) + offset(q_, h) + row * q_.stride(2);
      block.query_stride = q_.stride(2);
      block.rows = std::min(kRows, q_.size(2) - row);
      block.keys = packed(packed_keys_, h);
      block.values = packed(packed_values_, h);
      block.key_count = k_.size(2);
      block.depth = depth();
      block.scale = static_cast<float>(1.4426950408889634 / std::sqrt(static_cast<double>(depth())));
      block.out = static_cast<uint16_t*>(out_.data_ptr()) + offset(out_, h) + row * out_.stride(2);
      block.out_stride = out_.stride(2);
      block.scores = scores.data();
      block.weights = weights.data();
      block.sums = sums.data();
      attention_rows::attend(block);
    }
  }

  at::Tensor q_, k_, v_, out_, packed_keys_, packed_values_;
};

bool suits_flash(const at::Tensor& q, const at::Tensor& v) {
  return q.scalar_type() == at::kBFloat16 && has_fast_bfloat16() && q.size(3) % 2 == 0 && q.size(3) == v.size(3) && q.size(2) > 0;
}

#endif

}  // namespace

at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
#ifdef INKSTONE_HAVE_AVX512_BF16
  if (suits_flash(q, v)) return FlashAttention(q, k, v).run();
#endif
  return attention_by_rows(q, k, v);
}

}  // namespace inkstone::kernels
