#include "ingest/faces/cascade.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

#include "core/files.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr std::uint64_t kLargestXml = 16 << 20;
constexpr int kLargestWindow = 256;
constexpr double kRounding = 1e-5;  // stages were trained in float32

// What stands between <tag> and its own </tag>, counting those inside; `at` moves behind it.
std::optional<std::string_view> next_element(std::string_view text, std::string_view tag, std::size_t& at) {
  const std::string open = fmt::format("<{}>", tag), close = fmt::format("</{}>", tag);
  const auto begin = text.find(open, at);
  if (begin == std::string_view::npos) return std::nullopt;
  int depth = 1;
  for (std::size_t place = begin + open.size(); depth > 0;) {
    const auto inner = text.find(open, place), end = text.find(close, place);
    if (end == std::string_view::npos) return std::nullopt;
    depth += inner < end ? 1 : -1;
    place = inner < end ? inner + open.size() : end + close.size();
    at = place;
  }
  return text.substr(begin + open.size(), at - close.size() - begin - open.size());
}

std::string_view element(std::string_view text, std::string_view tag) {
  std::size_t at = 0;
  const auto found = next_element(text, tag, at);
  if (!found)
    throw Error(ErrorCategory::corrupt_file, fmt::format("the cascade lacks <{}>; it is damaged or of another kind", tag));
  return *found;
}

// The direct <_> children.
std::vector<std::string_view> items(std::string_view text) {
  std::vector<std::string_view> all;
  std::size_t at = 0;
  while (const auto item = next_element(text, "_", at)) all.push_back(*item);
  return all;
}

std::vector<double> numbers(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::vector<double> all;
  for (double number; stream >> number;) all.push_back(number);
  return all;
}

double number(std::string_view text) {
  const auto all = numbers(text);
  if (all.size() != 1)
    throw Error(ErrorCategory::corrupt_file, fmt::format("the cascade has '{}' where a number is due", text.substr(0, 40)));
  return all.front();
}

}  // namespace

SummedAreas SummedAreas::of(const std::vector<float>& grey, int width, int height) {
  SummedAreas areas{width, height, std::vector<double>(std::size_t(width + 1) * (height + 1)),
                    std::vector<double>(std::size_t(width + 1) * (height + 1))};
  for (int y = 0; y < height; ++y) {
    double sum = 0, squares = 0;
    for (int x = 0; x < width; ++x) {
      const double value = grey[std::size_t(y) * width + x];
      sum += value;
      squares += value * value;
      const std::size_t here = std::size_t(y + 1) * (width + 1) + x + 1, above = here - width - 1;
      areas.sums[here] = areas.sums[above] + sum;
      areas.squares[here] = areas.squares[above] + squares;
    }
  }
  return areas;
}

Cascade::Cascade(const std::filesystem::path& xml) {
  read(read_file(xml, kLargestXml));
  check();
}

void Cascade::read(const std::string& xml) {
  if (xml.find("<cascade ") == std::string::npos)
    throw Error(ErrorCategory::unsupported, "the file is no cascade of OpenCV's present form");
  if (element(xml, "featureType").find("HAAR") == std::string_view::npos)
    throw Error(ErrorCategory::unsupported, "the cascade is not made of Haar features; use haarcascade_frontalface_alt2.xml");
  std::size_t at = 0;
  width_ = int(number(element(xml, "width")));
  height_ = int(number(element(xml, "height")));
  for (const auto stage : items(next_element(xml, "stages", at).value_or(""))) {
    Stage& read = stages_.emplace_back();
    read.threshold = number(element(stage, "stageThreshold")) - kRounding;
    for (const auto classifier : items(element(stage, "weakClassifiers"))) {
      Tree& tree = read.trees.emplace_back();
      tree.leaves = numbers(element(classifier, "leafValues"));
      const auto nodes = numbers(element(classifier, "internalNodes"));
      for (std::size_t i = 0; i + 3 < nodes.size(); i += 4)
        tree.nodes.push_back({int(nodes[i]), int(nodes[i + 1]), std::size_t(std::max(0.0, nodes[i + 2])), nodes[i + 3]});
    }
  }
  for (const auto feature : items(element(xml, "features"))) {
    Feature& rectangles = features_.emplace_back();
    if (feature.find("<tilted>1") != std::string_view::npos)
      throw Error(ErrorCategory::unsupported, "the cascade has tilted features");
    for (const auto rectangle : items(element(feature, "rects"))) {
      const auto r = numbers(rectangle);
      if (r.size() != 5) throw Error(ErrorCategory::corrupt_file, "a rectangle of the cascade has not five numbers");
      rectangles.push_back({int(r[0]), int(r[1]), int(r[2]), int(r[3]), r[4]});
    }
  }
}

// What accepts() relies on.
void Cascade::check() const {
  const auto demand = [](bool good) {
    if (!good) throw Error(ErrorCategory::corrupt_file, "the cascade is damaged: its numbers do not fit one another");
  };
  demand(width_ > 4 && height_ > 4 && width_ <= kLargestWindow && height_ <= kLargestWindow && !stages_.empty());
  for (const auto& feature : features_)
    for (const auto& r : feature)
      demand(r.x >= 0 && r.y >= 0 && r.w > 0 && r.h > 0 && r.x + r.w <= width_ && r.y + r.h <= height_);
  for (const auto& stage : stages_)
    for (const auto& tree : stage.trees) {
      demand(!tree.nodes.empty());
      for (std::size_t i = 0; i < tree.nodes.size(); ++i)
        for (const int next : {tree.nodes[i].left, tree.nodes[i].right}) {
          // forward only, so that no walk is endless
          demand(next > 0 ? std::size_t(next) > i && std::size_t(next) < tree.nodes.size()
                          : std::size_t(-next) < tree.leaves.size());
          demand(tree.nodes[i].feature < features_.size());
        }
    }
}

double Cascade::value_of(const Tree& tree, const SummedAreas& areas, int x, int y, double spread) const {
  int next = 0;
  do {
    const Node& node = tree.nodes[std::size_t(next)];
    double sum = 0;
    for (const auto& r : features_[node.feature]) sum += r.weight * areas.sum(x + r.x, y + r.y, r.w, r.h);
    next = sum < node.threshold * spread ? node.left : node.right;
  } while (next > 0);
  return tree.leaves[std::size_t(-next)];
}

bool Cascade::accepts(const SummedAreas& areas, int x, int y) const {
  // the window's contrast, its outermost pixels aside
  const int w = width_ - 2, h = height_ - 2;
  const double sum = areas.sum(x + 1, y + 1, w, h), squares = areas.square_sum(x + 1, y + 1, w, h);
  const double variance = squares * w * h - sum * sum, spread = variance > 0 ? std::sqrt(variance) : 1;
  for (const auto& stage : stages_) {
    double total = 0;
    for (const auto& tree : stage.trees) total += value_of(tree, areas, x, y, spread);
    if (total < stage.threshold) return false;
  }
  return true;
}

std::optional<std::filesystem::path> installed_face_cascade() {
  for (const char* folder :
       {"/usr/share/opencv4/haarcascades", "/usr/share/opencv/haarcascades", "/usr/local/share/opencv4/haarcascades"}) {
    const auto file = std::filesystem::path(folder) / "haarcascade_frontalface_alt2.xml";
    if (std::filesystem::is_regular_file(file)) return file;
  }
  return std::nullopt;
}

}  // namespace inkstone
