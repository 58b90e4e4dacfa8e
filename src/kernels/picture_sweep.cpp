#include "kernels/picture_sweep.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "kernels/picture_sweep_rows.hpp"

namespace inkstone::kernels {
namespace {

constexpr int64_t kChunk = 512;        // values that the inner loops take at once: few enough to stay in the first cache
constexpr int64_t kRowsPerBlock = 16;  // picture rows whose moments are summed together, whatever the number of threads

using Values = std::vector<float>;

bool is_narrow(const at::Tensor& t) {
  return t.scalar_type() == at::kBFloat16;
}

// Rows of a picture as W C neighbouring float32 values: the memory itself, or a gathered and widened copy.
class SweepReader {
 public:
  explicit SweepReader(const PictureView& view)
      : view_(view),
        base_(static_cast<const char*>(view.data.data_ptr())),
        size_(view.data.element_size()),
        channels_(view.channels()) {
    if (is_narrow(view.data) || view.phases.factor > 1) buffer_.resize(view.width() * channels_);
  }

  const float* row(int64_t picture, int64_t y) {
    const int64_t values = view_.width() * channels_, first = y + view_.frame.before;
    if (view_.phases.factor > 1) return gathered(picture, first);
    const char* start = address(picture, first, view_.frame.before, 0);
    if (!is_narrow(view_.data)) return reinterpret_cast<const float*>(start);
    rows::widen(reinterpret_cast<const uint16_t*>(start), buffer_.data(), values);
    return buffer_.data();
  }

 private:
  const char* address(int64_t picture, int64_t y, int64_t x, int64_t channel) const {
    const auto& d = view_.data;
    return base_ + (((picture * d.size(2) + y) * d.size(3) + x) * d.size(1) + channel) * size_;
  }

  const float* gathered(int64_t picture, int64_t y) {
    const auto [factor, shift] = view_.phases;
    const int64_t a = y % factor;
    float* out = buffer_.data();
    for (int64_t x = view_.frame.before, end = x + view_.width(); x < end; ++x, out += channels_) {
      const int64_t b = x % factor;
      copy(address(picture, y / factor + a * shift, x / factor + b * shift, (factor * a + b) * channels_), out);
    }
    return buffer_.data();
  }

  void copy(const char* from, float* out) const {
    if (is_narrow(view_.data))
      rows::widen(reinterpret_cast<const uint16_t*>(from), out, channels_);
    else
      std::memcpy(out, from, std::size_t(channels_) * sizeof(float));
  }

  const PictureView& view_;
  const char* base_;
  int64_t size_, channels_;
  Values buffer_;
};

// One value per channel, repeated over a chunk.
struct Chunk {
  int64_t channels, length;
  explicit Chunk(int64_t channels) : channels(channels), length(std::max<int64_t>(1, kChunk / channels) * channels) {}

  Values spread(const float* of_channel) const {
    Values values(length);
    for (int64_t i = 0; i < length; i += channels) std::copy_n(of_channel, channels, values.begin() + i);
    return values;
  }
  double folded(const Values& values, int64_t channel) const {
    double sum = 0;
    for (int64_t i = channel; i < length; i += channels) sum += values[i];
    return sum;
  }
  template <class Body>
  void over(int64_t values, Body body) const {
    for (int64_t first = 0; first < values; first += length) body(first, std::min(length, values - first));
  }
};

int64_t blocks_of(const PictureView& x) {
  return (x.height() + kRowsPerBlock - 1) / kRowsPerBlock;
}

// Sums of x - pivot and of its square over one block of rows, a pair per channel.
void sum_block(const PictureView& x, int64_t picture, int64_t block, const float* pivot, double* sums) {
  const Chunk chunk(x.channels());
  SweepReader reader(x);
  const auto about = chunk.spread(pivot);
  Values sum(chunk.length), square(chunk.length);
  for (int64_t y = block * kRowsPerBlock, end = std::min(x.height(), y + kRowsPerBlock); y < end; ++y) {
    const float* row = reader.row(picture, y);
    chunk.over(x.width() * x.channels(),
               [&](int64_t first, int64_t n) { rows::moments(row + first, about.data(), sum.data(), square.data(), n); });
  }
  for (int64_t c = 0; c < x.channels(); ++c) {
    sums[2 * c] = chunk.folded(sum, c);
    sums[2 * c + 1] = chunk.folded(square, c);
  }
}

void finish_moments(const PictureView& x, int64_t picture, const float* pivot, const std::vector<double>& sums,
                    const PictureMoments& moments) {
  const int64_t channels = x.channels(), blocks = blocks_of(x);
  const double pixels = double(x.height()) * double(x.width());
  for (int64_t c = 0; c < channels; ++c) {
    double sum = 0, square = 0;
    for (int64_t block = 0; block < blocks; ++block) {
      sum += sums[((picture * blocks + block) * channels + c) * 2];
      square += sums[((picture * blocks + block) * channels + c) * 2 + 1];
    }
    moments.mean.data_ptr<float>()[picture * channels + c] = float(pivot[c] + sum / pixels);
    moments.variance.data_ptr<float>()[picture * channels + c] = float(std::max(0.0, (square - sum * sum / pixels) / pixels));
  }
}

// Where a pixel of a frame, at `at` outside a side of `length` pixels, takes its value from.
int64_t inside(int64_t at, int64_t length, Edge edge) {
  if (edge == Edge::replicate) return std::clamp<int64_t>(at, 0, length - 1);
  return at < 0 ? std::min(-at, length - 1) : std::max<int64_t>(0, 2 * (length - 1) - at);
}

// A framed picture being written, row by row.
class FrameWriter {
 public:
  FrameWriter(const at::Tensor& data, Frame frame)
      : base_(static_cast<char*>(data.data_ptr())),
        pixel_(data.size(1) * data.element_size()),
        frame_(frame),
        rows_(data.size(2)),
        columns_(data.size(3)),
        narrow_(is_narrow(data)) {}

  char* pixel(int64_t picture, int64_t row, int64_t column) const {
    return base_ + ((picture * rows_ + row) * columns_ + column) * pixel_;
  }

  // Row y of the picture, and its ends.
  void write(int64_t picture, int64_t y, const float* values, int64_t n) const {
    const int64_t row = y + frame_.before;
    char* start = pixel(picture, row, frame_.before);
    if (narrow_)
      rows::narrow(values, reinterpret_cast<uint16_t*>(start), n);
    else if (reinterpret_cast<const char*>(values) != start)
      std::memcpy(start, values, std::size_t(n) * sizeof(float));
    const int64_t width = columns_ - frame_.total();
    for (int64_t x = -frame_.before; x < 0; ++x) fill(picture, row, x, width);
    for (int64_t x = width; x < width + frame_.after; ++x) fill(picture, row, x, width);
  }

  // The rows above and below, once all others are there.
  void close(int64_t picture) const {
    const int64_t height = rows_ - frame_.total();
    for (int64_t y = -frame_.before; y < 0; ++y) close_row(picture, y, height);
    for (int64_t y = height; y < height + frame_.after; ++y) close_row(picture, y, height);
  }

 private:
  void fill(int64_t picture, int64_t row, int64_t x, int64_t width) const {
    char* to = pixel(picture, row, x + frame_.before);
    if (frame_.edge == Edge::zero)
      std::memset(to, 0, std::size_t(pixel_));
    else
      std::memcpy(to, pixel(picture, row, inside(x, width, frame_.edge) + frame_.before), std::size_t(pixel_));
  }
  void close_row(int64_t picture, int64_t y, int64_t height) const {
    char* to = pixel(picture, y + frame_.before, 0);
    const auto bytes = std::size_t(columns_ * pixel_);
    if (frame_.edge == Edge::zero)
      std::memset(to, 0, bytes);
    else
      std::memcpy(to, pixel(picture, inside(y, height, frame_.edge) + frame_.before, 0), bytes);
  }

  char* base_;
  int64_t pixel_;
  Frame frame_;
  int64_t rows_, columns_;
  bool narrow_;
};

struct Coefficients {
  Values scale, offset;
};

// Rows [begin, end) of one picture.
void sweep_rows(const PictureView& x, int64_t picture, int64_t begin, int64_t end, const Coefficients& k, bool relu,
                const PictureView& residual, const FrameWriter& writer) {
  const Chunk chunk(x.channels());
  const int64_t values = x.width() * x.channels();
  SweepReader reader(x);
  auto added = residual.defined() ? std::make_unique<SweepReader>(residual) : nullptr;
  Values row(values);
  for (int64_t y = begin; y < end; ++y) {
    const float* in = reader.row(picture, y);
    const auto apply = relu ? rows::affine_relu : rows::affine;
    chunk.over(values,
               [&](int64_t first, int64_t n) { apply(in + first, k.scale.data(), k.offset.data(), row.data() + first, n); });
    if (added) rows::add(added->row(picture, y), row.data(), values);
    writer.write(picture, y, row.data(), values);
  }
}

}  // namespace

PictureMoments picture_moments(const PictureView& x) {
  const int64_t pictures = x.pictures(), channels = x.channels(), blocks = blocks_of(x);
  const PictureMoments moments{at::empty({pictures, channels}, at::kFloat), at::empty({pictures, channels}, at::kFloat)};
  std::vector<Values> pivots;  // the first pixel: a mean far from zero then costs no digits
  for (int64_t picture = 0; picture < pictures; ++picture) {
    SweepReader reader(x);
    const float* first = reader.row(picture, 0);
    pivots.emplace_back(first, first + channels);
  }
  std::vector<double> sums(std::size_t(pictures * blocks * channels * 2));
  at::parallel_for(0, pictures * blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      sum_block(x, i / blocks, i % blocks, pivots[i / blocks].data(), &sums[i * channels * 2]);
  });
  for (int64_t picture = 0; picture < pictures; ++picture) finish_moments(x, picture, pivots[picture].data(), sums, moments);
  return moments;
}

PictureView sweep(const PictureView& x, const at::Tensor& scale, const at::Tensor& offset, bool relu, Frame frame,
                  const PictureView& residual) {
  const int64_t height = x.height(), channels = x.channels(), blocks = blocks_of(x);
  PictureView y{at::empty({x.pictures(), channels, height + frame.total(), x.width() + frame.total()}, x.data.options(),
                          at::MemoryFormat::ChannelsLast),
                frame,
                {}};
  const FrameWriter writer(y.data, frame);
  const Chunk chunk(channels);
  const auto scales = scale.contiguous(), offsets = offset.contiguous();
  at::parallel_for(0, x.pictures() * blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t picture = i / blocks, first = i % blocks * kRowsPerBlock;
      const Coefficients k{chunk.spread(scales.data_ptr<float>() + picture * channels),
                           chunk.spread(offsets.data_ptr<float>() + picture * channels)};
      sweep_rows(x, picture, first, std::min(height, first + kRowsPerBlock), k, relu, residual, writer);
    }
  });
  for (int64_t picture = 0; picture < x.pictures(); ++picture) writer.close(picture);
  return y;
}

}  // namespace inkstone::kernels
