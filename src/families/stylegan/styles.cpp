#include "families/stylegan/styles.hpp"

#include <ATen/ATen.h>

#include "families/painting.hpp"

namespace inkstone {

stylegan::Generator* style_generator(Family& family) {
  for (auto& network : family.networks())
    if (auto* generator = network.module->as<stylegan::Generator>()) return generator;
  return nullptr;
}

at::Tensor styles_of(stylegan::Generator& generator, const PaintSpec& spec) {
  const at::NoGradGuard frozen;
  const auto device = device_of(generator);
  const auto labels = labels_to_paint(spec, generator.config().classes).to(device);
  return generator.truncated(generator.map(spec.latents.to(device), labels), spec.truncation);
}

at::Tensor style_walk(const at::Tensor& stops, int64_t frames) {
  const auto places = (at::arange(frames, at::kDouble) / double(frames)).to(at::kFloat).view({-1, 1, 1}).to(stops.device());
  std::vector<at::Tensor> path;
  for (int64_t k = 0; k + 1 < stops.size(0); ++k)
    path.push_back(at::lerp(stops[k].unsqueeze(0), stops[k + 1].unsqueeze(0), places));
  path.push_back(stops.narrow(0, stops.size(0) - 1, 1));
  return at::cat(path);
}

at::Tensor paint_styles(stylegan::Generator& generator, const at::Tensor& ws, Observer& observer) {
  PaintSpec spec;
  spec.latents = ws;
  return paint_in_parts(spec, observer, generator,
                        [&](const at::Tensor& part, int64_t, int64_t) { return generator.synthesise(part).clamp(-1, 1); });
}

}  // namespace inkstone
