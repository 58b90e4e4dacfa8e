#include "train/family.hpp"

#include "inkstone/error.hpp"
#include "tensor/noise.hpp"

namespace inkstone {

PaintSpec Family::preview_spec(int64_t count, int64_t classes) const {
  PaintSpec spec;
  for (int64_t k = 0; k < count; ++k) spec.seeds.push_back(k);
  spec.latents = latents_of(spec.seeds, latent_shape());
  spec.labels = classes > 0 ? at::arange(count, at::kLong).remainder(classes) : at::full({count}, -1, at::kLong);
  return spec;
}

void Family::probe() {
  at::NoGradGuard no_gradient;
  Observer silent;
  auto spec = preview_spec(1, classes());
  spec.steps = 1;
  for (auto& network : networks()) network.module->eval();
  paint(spec, silent);
}

at::Tensor Family::preview(const Batch& examples, int64_t rows, int64_t columns) {
  Observer silent;
  return paint(preview_spec(rows * columns, classes()), silent);
}

void Family::recompute_blocks() {
  throw Error(ErrorCategory::bad_argument,
              "this family keeps everything it computes for the way back; leave --gradient-checkpointing out");
}

at::Tensor Family::drift(const Batch&, StepNoise&, const AsBefore&) {
  throw Error(ErrorCategory::unsupported, "this family cannot keep its former answers beside a change; leave the prior out");
}

}  // namespace inkstone
