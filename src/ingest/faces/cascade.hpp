// A cascade of boosted Haar features, the face detector of Viola and Jones ("Rapid object detection using a boosted cascade of
// simple features", CVPR 2001), as OpenCV keeps it in XML. Found faces are to be covered, not known: nothing here tells one from
// another.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace inkstone {

// The grey picture as sums over everything above and to the left, for sums over any rectangle in four steps.
struct SummedAreas {
  int width = 0, height = 0;
  std::vector<double> sums, squares;  // [(height + 1) (width + 1)]
  double sum(int x, int y, int w, int h) const { return area(sums, x, y, w, h); }
  double square_sum(int x, int y, int w, int h) const { return area(squares, x, y, w, h); }

  // grey: width x height values in 0-255.
  static SummedAreas of(const std::vector<float>& grey, int width, int height);

 private:
  double area(const std::vector<double>& table, int x, int y, int w, int h) const {
    const std::size_t row = std::size_t(width) + 1;
    const double* top = table.data() + row * y;
    const double* bottom = table.data() + row * (y + h);
    return bottom[x + w] - bottom[x] - top[x + w] + top[x];
  }
};

class Cascade {
 public:
  // Throws not_found, io; corrupt_file where the XML is not such a cascade or is cut short; unsupported for tilted features and
  // other kinds.
  explicit Cascade(const std::filesystem::path& xml);

  int window_width() const { return width_; }
  int window_height() const { return height_; }

  // Whether the window whose corner is at (x, y) holds what the cascade was trained on.
  bool accepts(const SummedAreas& areas, int x, int y) const;

 private:
  struct Rectangle {
    int x, y, w, h;
    double weight;
  };
  using Feature = std::vector<Rectangle>;
  struct Node {
    int left, right;  // a node where positive, else minus the index of a leaf
    std::size_t feature;
    double threshold;
  };
  struct Tree {
    std::vector<Node> nodes;
    std::vector<double> leaves;
  };
  struct Stage {
    double threshold;
    std::vector<Tree> trees;
  };

  void read(const std::string& xml);
  void check() const;
  double value_of(const Tree& tree, const SummedAreas& areas, int x, int y, double spread) const;

  int width_ = 0, height_ = 0;
  std::vector<Stage> stages_;
  std::vector<Feature> features_;
};

// Debian's opencv-data, where it is installed.
std::optional<std::filesystem::path> installed_face_cascade();

}  // namespace inkstone
