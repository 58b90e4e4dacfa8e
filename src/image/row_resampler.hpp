// Separable Lanczos resampling of a picture that arrives row by row, so that a huge one is never whole in memory:
// each row is resampled across, then added with its weights to the result's rows that it reaches (Duchon,
// "Lanczos filtering in one and two dimensions", J. Applied Meteorology 1979; three lobes).
#pragma once

#include <cstddef>
#include <vector>

namespace inkstone {

// Weights of one axis: result i is the sum of weight[k] * source[first + k]. Edges repeat; weights sum to 1.
class LanczosAxis {
 public:
  struct Tap {
    int first = 0;
    std::vector<float> weights;
  };

  LanczosAxis(int source, int result);
  const Tap& operator[](int i) const { return taps_[i]; }
  int size() const { return static_cast<int>(taps_.size()); }

 private:
  std::vector<Tap> taps_;
};

// Values are taken as they are: the caller gives linear light and premultiplied alpha. channels is 3 or 4.
class RowResampler {
 public:
  RowResampler(int source_width, int source_height, int width, int height, int channels);

  // The next row of the source: source_width * channels values.
  void push(const float* row);

  // The result, complete after source_height rows: height rows of width * channels values.
  std::vector<float>& result() { return result_; }

 private:
  template <int kChannels>
  void resample_across(const float* row);

  LanczosAxis across_, down_;
  int width_, channels_;
  int row_ = 0, open_ = 0;  // next source row; first result row that still takes rows
  std::vector<float> line_, result_;
};

}  // namespace inkstone
