#include "transform/graph_painter.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/graph/network.hpp"
#include "transform/cells.hpp"
#include "transform/graph_convention.hpp"
#include "transform/graph_geometry.hpp"
#include "weights/onnx_graph.hpp"
#include "weights/tfjs_graph.hpp"

namespace inkstone::transform {
namespace {

namespace fs = std::filesystem;

constexpr Range kUsual[] = {{0, 1}, {-1, 1}, {0, 255}};
constexpr int64_t kTrial = 96;  // about the side of the picture that ranges are tried on
constexpr double kClearlyBetter = 0.6;
constexpr double kUnseen = 0.004;  // of white, root mean square: one step of eight bits

class GraphPainter : public PictureNetwork {
 public:
  GraphPainter(Graph graph, const Convention& convention, const Compute& compute, int64_t multiple) : convention_(convention) {
    const std::optional<Graph> again = compute.dtype == at::kFloat ? std::nullopt : std::optional(graph);
    network_ = std::make_unique<graph::Network>(std::move(graph), compute.dtype);
    sizes_ = explore(*network_, multiple);
    if (!convention_.input || !convention_.output) try_ranges();
    if (again) stay_exact(*again);
  }

  Geometry geometry() const override { return sizes_.geometry; }

  at::Tensor forward(const at::Tensor& picture) override {
    return sizes_.fixed_height > 0 ? in_fixed_windows(picture) : once(picture, *convention_.input, *convention_.output);
  }

 private:
  at::Tensor once(const at::Tensor& picture, const Range& in, const Range& out) {
    return (raw(picture, in) - out.black) / (out.white - out.black);
  }

  // [1,3,H,W] in the numbers of the network.
  at::Tensor raw(const at::Tensor& picture, const Range& in) {
    const bool bgr = convention_.bgr.value_or(false);
    at::Tensor x = (bgr ? picture.flip(1) : picture) * (in.white - in.black) + in.black;
    if (network_->inputs()[0].dtype == at::kByte) x = x.round().clamp(0, 255);
    const at::Tensor y = network_->run({sizes_.channels_last ? x.permute({0, 2, 3, 1}) : x})[sizes_.output].to(at::kFloat);
    const at::Tensor planes = sizes_.channels_last ? y.permute({0, 3, 1, 2}) : y;
    return bgr ? planes.flip(1) : planes;
  }

  // A file for one size only sees the picture in windows of that size, which fade into each other.
  at::Tensor in_fixed_windows(const at::Tensor& picture) {
    const auto rows = fixed_windows(picture.size(2), sizes_.fixed_height),
               columns = fixed_windows(picture.size(3), sizes_.fixed_width);
    return over_windows(picture, rows, columns, sizes_.geometry.scale,
                        [&](const at::Tensor& window) { return once(window, *convention_.input, *convention_.output); });
  }

  // Edges, gradients and colours, so that a painted answer still resembles it.
  at::Tensor trial_picture() const {
    const auto side = [&](int64_t fixed) {
      const int64_t multiple = sizes_.geometry.multiple, least = std::max(kTrial, sizes_.geometry.least);
      return fixed > 0 ? fixed : (least + multiple - 1) / multiple * multiple;
    };
    const int64_t height = side(sizes_.fixed_height), width = side(sizes_.fixed_width);
    const auto y = at::linspace(0, 1, height).view({-1, 1}), x = at::linspace(0, 1, width);
    const auto disc = (at::square(x - 0.4) + at::square(y - 0.55)).lt(0.07), stripe = (x + y * 0.5).remainder(0.4).lt(0.06);
    const auto red = at::where(disc, 0.9 - 0.3 * y, 0.15 + 0.5 * x), green = at::where(disc, 0.25 + 0.3 * x, 0.3 + 0.45 * y);
    const auto blue = at::where(disc, at::full_like(red, 0.2), 0.75 - 0.4 * x);
    return at::stack({red, green, blue}).masked_fill(stripe, 0.08).unsqueeze(0).contiguous();
  }

  // The usual ranges of 0 to 1, -1 to 1 and 0 to 255: an answer is right where it lies in its range and looks like what was
  // shown.
  void try_ranges() {
    const auto picture = trial_picture();
    double best = INFINITY;
    std::array<std::optional<Range>, 2> chosen;
    for (const Range& in : candidates(convention_.input)) {
      const auto answer = raw(picture, in);
      for (const Range& out : candidates(convention_.output)) {
        const double apart = distance((answer - out.black) / (out.white - out.black), picture);
        if (apart < (std::isinf(best) ? best : best * kClearlyBetter)) best = apart, chosen = {in, out};
      }
    }
    if (!chosen[0])
      throw Error(ErrorCategory::unsupported,
                  "in none of the usual ranges (0 to 1, -1 to 1, 0 to 255) does the model give a picture; state them in a file "
                  "of its name with .toml "
                  "added: input = [0, 255], output = [0, 1], colours = \"rgb\"");
    convention_.input = chosen[0], convention_.output = chosen[1];
  }

  // Keeps the exact arithmetic where bfloat16 shows: some networks lose a hundredth of white with it, most a thousandth.
  void stay_exact(const Graph& graph) {
    const auto picture = trial_picture();
    const auto coarse = once(picture, *convention_.input, *convention_.output);
    auto exact = std::make_unique<graph::Network>(graph);
    std::swap(network_, exact);
    const auto apart = (once(picture, *convention_.input, *convention_.output) - coarse).square().mean().sqrt().item<double>();
    if (apart < kUnseen) std::swap(network_, exact);
  }

  static std::vector<Range> candidates(const std::optional<Range>& known) {
    return known ? std::vector{*known} : std::vector(std::begin(kUsual), std::end(kUsual));
  }

  // Mean square between the two, infinite for what is no picture.
  static double distance(const at::Tensor& answer, const at::Tensor& picture) {
    const auto outside = at::logical_or(answer.lt(-0.3), answer.gt(1.3)).to(at::kFloat).mean().item<double>();
    if (!(outside < 0.2) || answer.clamp(0, 1).std().item<double>() < 0.01) return INFINITY;
    const auto small = at::adaptive_avg_pool2d(answer.clamp(0, 1), {picture.size(2), picture.size(3)});
    const double apart = (small - picture).square().mean().item<double>();
    return std::isfinite(apart) ? apart : INFINITY;
  }

  Convention convention_;
  std::unique_ptr<graph::Network> network_;
  GraphSizes sizes_;
};

fs::path file_of(const ModelContent& content, const char* extension) {
  const fs::path& path = content.path();
  if (!fs::is_directory(path)) return path;
  for (const auto& entry : fs::directory_iterator(path))
    if (entry.path().extension() == extension) return entry.path();
  return path / "model.json";
}

Graph read_graph_of(const ModelContent& content) {
  const fs::path file = file_of(content, ".onnx");
  return file.extension() == ".json" ? read_tfjs_graph(file) : read_onnx_graph(file);
}

std::unique_ptr<PictureNetwork> make_painter(const ModelContent& content, const Compute& compute, Convention convention,
                                             int64_t multiple = 1) {
  Graph graph = read_graph_of(content);
  if (graph.inputs.size() != 1 || graph.outputs.empty()) {
    std::string names;
    for (const auto& port : graph.inputs) names += (names.empty() ? "'" : ", '") + port.name + "'";
    throw Error(
        ErrorCategory::unsupported,
        fmt::format("the model takes {} inputs ({}); models that take one picture are run here", graph.inputs.size(), names));
  }
  const Convention stated = stated_convention(content.path(), graph);
  if (stated.input) convention.input = stated.input;
  if (stated.output) convention.output = stated.output;
  if (stated.bgr) convention.bgr = stated.bgr;
  return std::make_unique<GraphPainter>(std::move(graph), convention, compute, multiple);
}

}  // namespace

bool is_graph_model(const ModelContent& content) {
  const fs::path file = file_of(content, ".onnx");
  if (file.extension() == ".onnx") return true;
  return file.filename() == "model.json" && fs::exists(file) && is_tfjs_graph(file);
}

std::unique_ptr<PictureNetwork> make_graph_painter(const ModelContent& content, const Compute& compute) {
  return make_painter(content, compute, {});
}

std::unique_ptr<PictureNetwork> make_anime_gan_painter(const ModelContent& content, const Compute& compute) {
  return make_painter(content, compute, {Range{-1, 1}, Range{-1, 1}, false});
}

std::unique_ptr<PictureNetwork> make_maxim_restorer(const ModelContent& content, const Compute&) {
  // always float32: in bfloat16 its many products of small numbers leave specks along edges
  return make_painter(content, {}, {Range{0, 1}, Range{0, 1}, false}, 64);
}

}  // namespace inkstone::transform
