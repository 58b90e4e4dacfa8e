#include "ingest/faces/find_faces.hpp"

#include <algorithm>
#include <cmath>

#include "image/resize.hpp"

namespace inkstone {
namespace {

constexpr int kLongest = 640;       // faces are looked for in a picture of at most this side
constexpr double kScaleStep = 1.1;  // between two sizes of the window
constexpr int kLeastVotes = 4;
constexpr double kTurn = 0.35;      // radians: heads are seldom held quite upright
constexpr double kAgreement = 0.2;  // of a side: boxes closer than this are one face

std::vector<float> grey_levels(const Image& picture) {
  std::vector<float> grey(std::size_t(picture.width) * picture.height);
  for (std::size_t i = 0; i < grey.size(); ++i) {
    const float* p = &picture.pixels[i * picture.channels];
    grey[i] = 255 * std::clamp(0.299f * p[0] + 0.587f * p[1] + 0.114f * p[2], 0.0f, 1.0f);
  }
  return grey;
}

bool agree(const FaceBox& a, const FaceBox& b) {
  const double delta = kAgreement * (std::min(a.width, b.width) + std::min(a.height, b.height)) / 2;
  return std::abs(a.x - b.x) <= delta && std::abs(a.y - b.y) <= delta && std::abs(a.x + a.width - b.x - b.width) <= delta &&
         std::abs(a.y + a.height - b.y - b.height) <= delta;
}

// Windows that agree, directly or through others, are one face: their mean.
std::vector<FaceBox> grouped(const std::vector<FaceBox>& windows) {
  std::vector<int> group(windows.size(), -1);
  std::vector<FaceBox> faces;
  for (std::size_t seed = 0; seed < windows.size(); ++seed) {
    if (group[seed] >= 0) continue;
    std::vector<std::size_t> open = {seed};
    group[seed] = int(faces.size());
    double x = 0, y = 0, w = 0, h = 0;
    int votes = 0;
    while (!open.empty()) {
      const auto at = open.back();
      open.pop_back();
      x += windows[at].x, y += windows[at].y, w += windows[at].width, h += windows[at].height, ++votes;
      for (std::size_t i = 0; i < windows.size(); ++i)
        if (group[i] < 0 && agree(windows[at], windows[i])) group[i] = int(faces.size()), open.push_back(i);
    }
    faces.push_back({int(std::lround(x / votes)), int(std::lround(y / votes)), int(std::lround(w / votes)),
                     int(std::lround(h / votes)), votes});
  }
  std::erase_if(faces, [](const FaceBox& face) { return face.votes < kLeastVotes; });
  return faces;
}

float bilinear(const Image& picture, double x, double y, int c) {
  const double cx = std::clamp(x, 0.0, double(picture.width - 1)), cy = std::clamp(y, 0.0, double(picture.height - 1));
  const int left = int(cx), top = int(cy), right = std::min(left + 1, picture.width - 1),
            bottom = std::min(top + 1, picture.height - 1);
  const auto fx = float(cx - left), fy = float(cy - top);
  const float above = picture.at(left, top, c) + (picture.at(right, top, c) - picture.at(left, top, c)) * fx;
  const float below = picture.at(left, bottom, c) + (picture.at(right, bottom, c) - picture.at(left, bottom, c)) * fx;
  return above + (below - above) * fy;
}

// About the middle, on the same canvas: what was at angle `turn` stands upright.
struct Turn {
  double cosine, sine, middle_x, middle_y;
  Turn(const Image& picture, double angle)
      : cosine(std::cos(angle)), sine(std::sin(angle)), middle_x(picture.width / 2.0), middle_y(picture.height / 2.0) {}
  double back_x(double x, double y) const { return middle_x + (x - middle_x) * cosine - (y - middle_y) * sine; }
  double back_y(double x, double y) const { return middle_y + (x - middle_x) * sine + (y - middle_y) * cosine; }
};

Image turned(const Image& picture, const Turn& turn) {
  Image out(picture.width, picture.height, picture.channels);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x)
      for (int c = 0; c < out.channels; ++c) out.at(x, y, c) = bilinear(picture, turn.back_x(x, y), turn.back_y(x, y), c);
  return out;
}

// Every window of every size that holds a face turned by so much, where it lies in the picture as it is.
void add_windows(const Cascade& cascade, const Image& picture, double angle, std::vector<FaceBox>& windows) {
  const Turn turn(picture, angle);
  const Image upright = angle == 0 ? picture : turned(picture, turn);
  for (double scale = 1;; scale *= kScaleStep) {
    const int width = int(std::lround(upright.width / scale)), height = int(std::lround(upright.height / scale));
    if (width < cascade.window_width() || height < cascade.window_height()) break;
    const auto areas = SummedAreas::of(grey_levels(resize(upright, width, height)), width, height);
    const double w = cascade.window_width() * scale, h = cascade.window_height() * scale;
    const int step = scale > 2 ? 1 : 2;
    for (int y = 0; y + cascade.window_height() <= height; y += step)
      for (int x = 0; x + cascade.window_width() <= width; x += step) {
        if (!cascade.accepts(areas, x, y)) continue;
        const double cx = x * scale + w / 2, cy = y * scale + h / 2;
        windows.push_back({int(std::lround(turn.back_x(cx, cy) - w / 2)), int(std::lround(turn.back_y(cx, cy) - h / 2)),
                           int(std::lround(w)), int(std::lround(h)), 1});
      }
  }
}

// The mean of each of columns x rows fields.
Image field_means(const Image& picture, int columns, int rows) {
  Image means(columns, rows, picture.channels);
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column)
      for (int c = 0; c < picture.channels; ++c) {
        double sum = 0;
        int count = 0;
        for (int y = picture.height * row / rows; y < picture.height * (row + 1) / rows; ++y)
          for (int x = picture.width * column / columns; x < picture.width * (column + 1) / columns; ++x)
            sum += picture.at(x, y, c), ++count;
        means.at(column, row, c) = count > 0 ? float(sum / count) : 0;
      }
  return means;
}

// At most eight along a face, none finer than four pixels.
int blocks_along(int length) {
  return std::clamp(length / 4, 1, 8);
}

}  // namespace

std::vector<FaceBox> find_faces(const Cascade& cascade, const Image& picture) {
  const auto size = fit_within({picture.width, picture.height}, kLongest);
  const Image small = resize(picture, size.width, size.height);
  std::vector<FaceBox> windows;
  for (const double turn : {0.0, -kTurn, kTurn}) add_windows(cascade, small, turn, windows);
  auto faces = grouped(windows);
  const double back = double(picture.width) / small.width;
  for (auto& face : faces)
    for (int* value : {&face.x, &face.y, &face.width, &face.height}) *value = int(std::lround(*value * back));
  std::stable_sort(faces.begin(), faces.end(), [](const FaceBox& a, const FaceBox& b) { return a.width > b.width; });
  return faces;
}

Image with_faces_blurred(const Image& picture, const std::vector<FaceBox>& faces) {
  Image out = picture;
  for (const auto& face : faces) {
    // hair, chin and ears too
    const int left = std::max(0, face.x - face.width / 6), top = std::max(0, face.y - face.height / 4);
    const int right = std::min(picture.width, face.x + face.width * 7 / 6),
              bottom = std::min(picture.height, face.y + face.height * 5 / 4);
    if (right <= left || bottom <= top) continue;
    Image patch(right - left, bottom - top, picture.channels);
    for (int y = top; y < bottom; ++y)
      std::copy_n(&out.pixels[(std::size_t(y) * out.width + left) * out.channels], std::size_t(patch.width) * out.channels,
                  &patch.pixels[std::size_t(y - top) * patch.width * out.channels]);
    const Image means = field_means(patch, blocks_along(patch.width), blocks_along(patch.height));
    for (int y = 0; y < patch.height; ++y)
      for (int x = 0; x < patch.width; ++x) {
        const double dx = 2.0 * (x + 0.5) / patch.width - 1, dy = 2.0 * (y + 0.5) / patch.height - 1;
        const auto share = float(std::clamp((1.05 - (dx * dx + dy * dy)) / 0.15, 0.0, 1.0));
        for (int c = 0; c < 3; ++c) {
          float& pixel = out.at(left + x, top + y, c);
          pixel +=
              (bilinear(means, (x + 0.5) * means.width / patch.width - 0.5, (y + 0.5) * means.height / patch.height - 0.5, c) -
               pixel) *
              share;
        }
      }
  }
  return out;
}

}  // namespace inkstone
