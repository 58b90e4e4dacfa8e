#include "sample/unclip/embeddings.hpp"

#include <ATen/ATen.h>

#include "inkstone/error.hpp"
#include "tensor/slerp.hpp"

namespace inkstone::unclip {

// The ends are themselves to the last bit.
at::Tensor embedding_between(const at::Tensor& a, const at::Tensor& b, double t) {
  if (t <= 0) return a;
  return t >= 1 ? b : slerp(a, b, at::full({a.size(0)}, t, at::kDouble));
}

at::Tensor embedding_changed(const at::Tensor& picture, const at::Tensor& from, const at::Tensor& to, double amount) {
  const auto difference = (to - from).to(at::kDouble);
  const double length = difference.norm().item<double>();
  if (!(length > 1e-9 * from.norm().item<double>()))
    throw Error(ErrorCategory::bad_argument, "the words say the same as what the picture shows now; tell what it is to become");
  const auto towards = (difference * (picture.norm().item<double>() / length)).to(picture.scalar_type());
  return embedding_between(picture, towards, amount);
}

}  // namespace inkstone::unclip
