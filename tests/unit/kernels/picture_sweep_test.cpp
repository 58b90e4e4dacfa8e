#include "kernels/picture_sweep.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace inkstone::kernels {
namespace {

at::Tensor last(const at::Tensor& x) {
  return x.contiguous(at::MemoryFormat::ChannelsLast);
}

double away(const at::Tensor& a, const at::Tensor& b) {
  return (a.to(at::kFloat) - b.to(at::kFloat)).abs().max().item<double>();
}

at::Tensor noise(at::IntArrayRef sizes) {
  at::manual_seed(sizes[1] * 100 + sizes[3]);
  return last(at::randn(sizes) * 2 + 5);
}

// [N, 4 C, h, w] read as phases, by plain indexing.
at::Tensor unfolded(const at::Tensor& x, int64_t shift) {
  const int64_t channels = x.size(1) / 4, h = x.size(2) - shift, w = x.size(3) - shift;
  auto y = at::empty({x.size(0), channels, 2 * h, 2 * w});
  for (int64_t a = 0; a < 2; ++a)
    for (int64_t b = 0; b < 2; ++b)
      y.slice(2, a, {}, 2)
          .slice(3, b, {}, 2)
          .copy_(x.narrow(1, (2 * a + b) * channels, channels).narrow(2, a * shift, h).narrow(3, b * shift, w));
  return y;
}

TEST(PictureSweep, MomentsAreThoseOfTheChannels) {
  for (const auto& [channels, height, width] :
       {std::tuple<int64_t, int64_t, int64_t>{3, 40, 33}, {16, 17, 20}, {128, 5, 7}, {700, 3, 2}}) {
    const auto x = noise({2, channels, height, width});
    const auto found = picture_moments({x});
    EXPECT_LT(away(found.mean, x.mean({2, 3})), 1e-4) << channels;
    EXPECT_LT(away(found.variance, x.var({2, 3}, false)), 1e-3) << channels;
  }
}

TEST(PictureSweep, MomentsSeePhasesAndFrames) {
  for (const int64_t shift : {0, 1}) {
    const auto x = noise({2, 12, 9, 6});
    const auto plain = unfolded(x, shift);
    EXPECT_LT(away(picture_moments({x, {}, {2, shift}}).mean, plain.mean({2, 3})), 1e-4);
  }
  const auto x = noise({1, 4, 9, 10});
  EXPECT_LT(away(picture_moments({x, {2, 1}}).variance, x.slice(2, 2, 8).slice(3, 2, 9).var({2, 3}, false)), 1e-3);
}

at::Tensor bordered(const at::Tensor& x, Frame frame) {
  const std::vector<int64_t> pad = {frame.before, frame.after, frame.before, frame.after};
  if (frame.edge == Edge::mirror) return at::reflection_pad2d(x, pad);
  return frame.edge == Edge::replicate ? at::replication_pad2d(x, pad) : at::constant_pad_nd(x, pad);
}

TEST(PictureSweep, ScalesRectifiesAddsAndFrames) {
  const auto x = noise({2, 6, 11, 13}), residual = noise({2, 6, 11, 13});
  const auto scale = at::randn({2, 6}), offset = at::randn({2, 6});
  const PictureView framed_residual{last(bordered(residual, {1, 2, Edge::zero})), {1, 2, Edge::zero}};
  for (const auto edge : {Edge::zero, Edge::mirror, Edge::replicate})
    for (const bool relu : {false, true}) {
      const Frame frame{4, 3, edge};
      auto expected = x * scale.unsqueeze(2).unsqueeze(3) + offset.unsqueeze(2).unsqueeze(3);
      if (relu) expected = expected.relu();
      const auto y = sweep({x}, scale, offset, relu, frame, framed_residual);
      EXPECT_LT(away(y.data, bordered(expected + residual, frame)), 1e-5);
      EXPECT_EQ(y.height(), 11);
      EXPECT_EQ(y.width(), 13);
    }
}

TEST(PictureSweep, UnfoldsPhases) {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    const auto x = last(noise({1, 8, 7, 5}).to(type));
    const auto y = sweep({x, {}, {2, 1}}, at::ones({1, 2}), at::zeros({1, 2}), false, {1, 1, Edge::mirror});
    EXPECT_EQ(y.data.scalar_type(), type);
    EXPECT_EQ(away(y.data, bordered(unfolded(x.to(at::kFloat), 1), y.frame)), 0);
  }
}

TEST(PictureSweep, NarrowTypesKeepTheirMoments) {
  const auto x = last(noise({1, 32, 30, 30}).to(at::kBFloat16));
  EXPECT_LT(away(picture_moments({x}).mean, x.to(at::kFloat).mean({2, 3})), 1e-4);
}

}  // namespace
}  // namespace inkstone::kernels
