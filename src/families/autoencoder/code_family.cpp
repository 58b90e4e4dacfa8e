#include "families/autoencoder/code_family.hpp"

#include <cmath>

#include <ATen/ATen.h>

#include "families/painting.hpp"

namespace inkstone {
namespace {

// Even quantiles of the standard normal distribution, from about 2 to 98 percent.
at::Tensor quantiles(int64_t count) {
  const auto p = count == 1 ? at::full({1}, 0.5) : at::linspace(0.02, 0.98, count);
  return (2 * p - 1).erfinv() * std::sqrt(2.0);
}

// As many of the examples as asked for, over again where they are too few.
at::Tensor cycled(const at::Tensor& rows, int64_t count) {
  return rows.index_select(0, at::arange(count, rows.options().dtype(at::kLong)).remainder(rows.size(0)));
}

}  // namespace

at::Tensor CodeFamily::paint(const PaintSpec& spec, Observer& observer) {
  const auto labels = labels_to_paint(spec, config_.classes);
  return paint_in_parts(spec, observer, *network_, [&](const at::Tensor& z, int64_t first, int64_t count) {
    return network_->decode(network_->codes_from(z * spec.truncation), labels.narrow(0, first, count).to(z.device()));
  });
}

at::Tensor CodeFamily::plane(const autoencoder::Code& examples, int64_t rows, int64_t columns) const {
  const bool variational = examples.log_variance.defined();
  auto codes = at::zeros({rows, columns, config_.latent}, examples.mean.options());
  if (config_.latent < 2) return codes.flatten(0, 1);
  // a plain autoencoder's codes are ordered by spread already
  const auto order = variational ? examples.mean.var(0, false).argsort(0, true) : at::arange(config_.latent);
  codes.select(2, order[0].item<int64_t>()).copy_(quantiles(rows).unsqueeze(1));
  codes.select(2, order[1].item<int64_t>()).copy_(quantiles(columns).unsqueeze(0));
  return codes.flatten(0, 1);
}

at::Tensor CodeFamily::preview(const Batch& examples, int64_t rows, int64_t columns) {
  if (rows < 3 || examples.size() < 2) return Family::preview(examples, rows, columns);
  const at::NoGradGuard frozen;
  const auto pictures = cycled(examples.pictures, columns);
  const auto labels = examples.labels.defined() ? cycled(examples.labels, columns) : at::full({columns}, -1, at::kLong);
  const auto code = network_->encode(pictures, labels);
  const auto way = at::linspace(0, 1, columns, code.mean.options()).unsqueeze(1);
  const auto walk = at::lerp(code.mean[0], code.mean[1], way);
  const auto first_label = labels[0].expand({rows * columns}).contiguous();
  std::vector<at::Tensor> shown = {pictures, network_->decode(code.mean, labels),
                                   network_->decode(walk, first_label.narrow(0, 0, columns))};
  if (rows > 3) {
    const auto codes = network_->codes_from(plane(code, rows - 3, columns));
    shown.push_back(network_->decode(codes, first_label.narrow(0, 0, codes.size(0))));
  }
  return at::cat(shown).to(at::kCPU, at::kFloat);
}

}  // namespace inkstone
