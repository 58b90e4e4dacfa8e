#include "ingest/faces/find_faces.hpp"

#include <algorithm>
#include <cmath>

#include "image/resize.hpp"

namespace inkstone {
namespace {

constexpr int kLongest = 640;       // faces are looked for in a picture of at most this side
constexpr double kScaleStep = 1.1;  // between two sizes of the window
constexpr int kLeastVotes = 4;
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
    faces.push_back({int(std::lround(x / votes)), int(std::lround(y / votes)), int(std::lround(w / votes)), int(std::lround(h / votes)), votes});
  }
  std::erase_if(faces, [](const FaceBox& face) { return face.votes < kLeastVotes; });
  return faces;
}

// At most eight along a face, none finer than four pixels.
int blocks_along(int length) { return std::clamp(length / 4, 1, 8); }

}  // namespace

std::vector<FaceBox> find_faces(const Cascade& cascade, const Image& picture) {
  const auto size = fit_within({picture.width, picture.height}, kLongest);
  const Image small = resize(picture, size.width, size.height);
  std::vector<FaceBox> windows;
  for (double scale = 1;; scale *= kScaleStep) {
    const int width = int(std::lround(small.width / scale)), height = int(std::lround(small.height / scale));
    if (width < cascade.window_width() || height < cascade.window_height()) break;
    const auto areas = SummedAreas::of(grey_levels(resize(small, width, height)), width, height);
    const int step = scale > 2 ? 1 : 2;
    for (int y = 0; y + cascade.window_height() <= height; y += step)
      for (int x = 0; x + cascade.window_width() <= width; x += step)
        if (cascade.accepts(areas, x, y))
          windows.push_back({int(std::lround(x * scale)), int(std::lround(y * scale)), int(std::lround(cascade.window_width() * scale)),
                             int(std::lround(cascade.window_height() * scale)), 1});
  }
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
    const int right = std::min(picture.width, face.x + face.width * 7 / 6), bottom = std::min(picture.height, face.y + face.height * 5 / 4);
    if (right <= left || bottom <= top) continue;
    Image patch(right - left, bottom - top, picture.channels);
    for (int y = top; y < bottom; ++y)
      std::copy_n(&out.pixels[(std::size_t(y) * out.width + left) * out.channels], std::size_t(patch.width) * out.channels,
                  &patch.pixels[std::size_t(y - top) * patch.width * out.channels]);
    const Image blocks = resize(resize(patch, blocks_along(patch.width), blocks_along(patch.height)), patch.width, patch.height);
    for (int y = 0; y < patch.height; ++y)
      for (int x = 0; x < patch.width; ++x) {
        const double dx = 2.0 * (x + 0.5) / patch.width - 1, dy = 2.0 * (y + 0.5) / patch.height - 1;
        const auto share = float(std::clamp((1.05 - (dx * dx + dy * dy)) / 0.15, 0.0, 1.0));
        for (int c = 0; c < 3; ++c) {
          float& pixel = out.at(left + x, top + y, c);
          pixel += (std::clamp(blocks.at(x, y, c), 0.0f, 1.0f) - pixel) * share;
        }
      }
  }
  return out;
}

}  // namespace inkstone
