#include "transform/inpainter.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/graph/network.hpp"
#include "weights/onnx_graph.hpp"

namespace inkstone::transform {

struct Inpainter::Graph {
  graph::Network network;
};

namespace {

at::Tensor bytes_of(const at::Tensor& values) {
  return values.mul(255).round().clamp(0, 255).to(at::kByte).contiguous();
}

}  // namespace

Inpainter::Inpainter(const std::filesystem::path& path) : graph_(std::make_unique<Graph>(graph::Network(read_onnx_graph(path)))) {
  const auto& ports = graph_->network.inputs();
  const auto takes = [&](std::size_t k, int64_t channels) {
    const auto& port = ports[k];
    return port.dtype == at::kByte &&
           (!port.has_shape || (port.shape.size() == 4 && (port.shape[1] == channels || port.shape[1] < 0)));
  };
  if (ports.size() != 2 || !takes(0, 3) || !takes(1, 1))
    throw Error(
        ErrorCategory::unsupported,
        fmt::format("{} does not take a picture and a mask as bytes, as MI-GAN's pipeline does", path.filename().string()));
}

Inpainter::~Inpainter() = default;

at::Tensor Inpainter::fill(const at::Tensor& picture, const at::Tensor& holes) {
  const auto hole = holes > 0.5;
  if (!hole.any().item<bool>()) return picture;
  const auto before = bytes_of(picture);
  const auto known = bytes_of(hole.logical_not().to(at::kFloat));  // MI-GAN's masks are white where the picture is known
  const auto after = graph_->network.run({before, known}).at(0);
  if (after.sizes() != before.sizes())
    throw Error(ErrorCategory::unsupported, "the inpainting network gave a picture of another size");
  // what it left alone keeps its depth
  return at::where(after == before, picture, after.to(at::kFloat) / 255);
}

}  // namespace inkstone::transform
