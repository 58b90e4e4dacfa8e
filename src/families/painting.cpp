#include "families/painting.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr int64_t kPart = 32;

}  // namespace

void check_captions(const Batch& batch, const char* family) {
  if (batch.captions.empty())
    throw Error(ErrorCategory::bad_argument,
                fmt::format("these pictures have no captions; `{}` is trained on captions (docs/data.md)", family));
}

at::Device device_of(const torch::nn::Module& network) {
  const auto parameters = network.parameters();
  return parameters.empty() ? at::Device(at::kCPU) : parameters.front().device();
}

int64_t classes_for(bool conditional, const PictureShape& shape) {
  if (conditional && shape.classes.empty())
    throw Error(ErrorCategory::bad_argument,
                "--conditional needs pictures with labels, and these have none; leave the option out");
  return conditional ? int64_t(shape.classes.size()) : 0;
}

at::Tensor paint_in_parts(const PaintSpec& spec, Observer& observer, const torch::nn::Module& network,
                          const std::function<at::Tensor(const at::Tensor& latents, int64_t first, int64_t count)>& paint_part) {
  const at::NoGradGuard frozen;
  const auto latents = spec.latents.to(device_of(network));
  const int64_t total = latents.size(0);
  std::vector<at::Tensor> parts;
  for (int64_t first = 0; first < total && !observer.stop_requested(); first += kPart) {
    const int64_t count = std::min(kPart, total - first);
    parts.push_back(paint_part(latents.narrow(0, first, count), first, count).to(at::kCPU, at::kFloat).contiguous());
    observer.on_progress({"paint", first + count, total, {}, -1});
  }
  if (parts.empty()) throw Error(ErrorCategory::cancelled, "stopped before the first picture was painted");
  return at::cat(parts);
}

at::Tensor labels_to_paint(const PaintSpec& spec, int64_t classes) {
  const int64_t count = spec.latents.size(0);
  auto labels = spec.labels.defined() ? spec.labels.to(at::kCPU, at::kLong).clone() : at::full({count}, -1, at::kLong);
  if (classes == 0) return labels;
  auto* values = labels.data_ptr<int64_t>();
  for (int64_t k = 0; k < count; ++k) {
    if (values[k] >= classes)
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("there is no class {}; the model has {}, counted from 0", values[k], classes));
    if (values[k] < 0) values[k] = std::size_t(k) < spec.seeds.size() ? int64_t(spec.seeds[k] % uint64_t(classes)) : k % classes;
  }
  return labels;
}

}  // namespace inkstone
