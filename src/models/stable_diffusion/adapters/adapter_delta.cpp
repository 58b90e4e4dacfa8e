#include "models/stable_diffusion/adapters/adapter_delta.hpp"

#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "inkstone/error.hpp"

namespace inkstone::sd {
namespace {

[[noreturn]] void refuse_adapter(const std::string& what) {
  throw Error(ErrorCategory::bad_argument, what + "; the adapter is damaged or made for another base model");
}

bool has_part(const AdapterLayer& layer, const char* role) {
  return layer.count(role) != 0;
}

at::Tensor part(const AdapterLayer& layer, const char* role) {
  const auto found = layer.find(role);
  if (found == layer.end()) refuse_adapter(fmt::format("a layer has no '{}'", role));
  if (found->second.dim() < 1 || found->second.numel() == 0) refuse_adapter(fmt::format("'{}' of a layer is empty", role));
  return found->second.to(at::kFloat);
}

// Refuses what no weight is as large as, before memory is taken for it.
void check_product(int64_t rows, int64_t columns) {
  constexpr int64_t kMostElements = int64_t(1) << 30;
  if (rows > kMostElements / columns) refuse_adapter(fmt::format("a layer makes {} x {} numbers", rows, columns));
}

// a b of the matrices that the parts are when flattened behind their first dimension.
at::Tensor product_of(const AdapterLayer& layer, const char* left, const char* right) {
  const auto whole_a = part(layer, left), whole_b = part(layer, right);
  if (whole_a.dim() < 2 || whole_b.dim() < 2)
    refuse_adapter(fmt::format("'{}' and '{}' of a layer should be matrices", left, right));
  const auto a = whole_a.flatten(1), b = whole_b.flatten(1);
  if (a.size(1) != b.size(0)) refuse_adapter(fmt::format("'{}' and '{}' of a layer have different ranks", left, right));
  check_product(a.size(0), b.size(1));
  return at::matmul(a, b);
}

// Tucker's form: core [i,j,k,l] x left [i,p] x right [j,r] -> [p,r,k,l].
at::Tensor rebuilt(const at::Tensor& core, const at::Tensor& left, const at::Tensor& right) {
  if (core.dim() != 4 || left.dim() != 2 || right.dim() != 2 || core.size(0) != left.size(0) || core.size(1) != right.size(0))
    refuse_adapter("the core of a layer does not fit its factors");
  check_product(left.size(1) * core.size(2), right.size(1) * core.size(3));
  return at::einsum("ijkl,ip,jr->prkl", {core, left, right});
}

at::Tensor lora_product(const AdapterLayer& layer) {
  if (!has_part(layer, "lora_mid")) return product_of(layer, "lora_up", "lora_down");
  const auto up = part(layer, "lora_up"), down = part(layer, "lora_down");
  if (up.dim() < 2 || down.dim() < 2) refuse_adapter("'lora_up' and 'lora_down' of a layer should be kernels");
  return rebuilt(part(layer, "lora_mid"), up.flatten(1).t(), down.flatten(1));
}

at::Tensor loha_factor(const AdapterLayer& layer, const char* core, const char* a, const char* b) {
  return has_part(layer, core) ? rebuilt(part(layer, core), part(layer, a), part(layer, b)) : product_of(layer, a, b);
}

at::Tensor loha_product(const AdapterLayer& layer) {
  const auto one = loha_factor(layer, "hada_t1", "hada_w1_a", "hada_w1_b");
  const auto two = loha_factor(layer, "hada_t2", "hada_w2_a", "hada_w2_b");
  if (one.sizes() != two.sizes()) refuse_adapter("the two factors of a LoHa layer have different shapes");
  return one * two;
}

at::Tensor lokr_product(const AdapterLayer& layer) {
  auto w1 = has_part(layer, "lokr_w1") ? part(layer, "lokr_w1") : product_of(layer, "lokr_w1_a", "lokr_w1_b");
  auto w2 = has_part(layer, "lokr_w2")   ? part(layer, "lokr_w2")
            : has_part(layer, "lokr_t2") ? rebuilt(part(layer, "lokr_t2"), part(layer, "lokr_w2_a"), part(layer, "lokr_w2_b"))
                                         : product_of(layer, "lokr_w2_a", "lokr_w2_b");
  if (w1.dim() != 2 || (w2.dim() != 2 && w2.dim() != 4))
    refuse_adapter("the factors of a LoKr layer should be matrices or kernels");
  check_product(w1.numel(), w2.numel());
  if (w2.dim() == 4) w1 = w1.unsqueeze(2).unsqueeze(3);
  return at::kron(w1, w2.contiguous());
}

// The dimension that alpha is divided by; 0 where nothing is factorised, so that there is no scale.
int64_t rank_of(const AdapterLayer& layer) {
  for (const char* role : {"lora_down", "hada_w1_b", "lokr_w1_b", "lokr_w2_b"})
    if (has_part(layer, role)) return part(layer, role).size(0);
  return 0;
}

double scale_of(const AdapterLayer& layer) {
  const auto alpha = layer.find("alpha");
  const int64_t rank = rank_of(layer);
  if (alpha == layer.end() || rank == 0 || alpha->second.numel() != 1) return 1;
  return alpha->second.to(at::kDouble).item<double>() / static_cast<double>(rank);
}

at::Tensor product(const AdapterLayer& layer) {
  if (has_part(layer, "diff")) return part(layer, "diff");
  if (has_part(layer, "hada_w1_a")) return loha_product(layer);
  if (has_part(layer, "lokr_w1") || has_part(layer, "lokr_w1_a")) return lokr_product(layer);
  return lora_product(layer);
}

// Magnitudes in the rank of the weight: one number an output (peft: [O]) or whatever the file's shape broadcasts to.
at::Tensor magnitudes(const AdapterLayer& layer, const at::Tensor& weight) {
  auto m = part(layer, "dora_scale");
  if (m.dim() == 1) m = m.unsqueeze(1);
  while (m.dim() < weight.dim()) m = m.unsqueeze(-1);
  bool fits = m.dim() == weight.dim();
  for (int64_t i = 0; fits && i < m.dim(); ++i) fits = m.size(i) == 1 || m.size(i) == weight.size(i);
  if (!fits)
    refuse_adapter(fmt::format("'dora_scale' of shape [{}] does not fit a weight of shape [{}]", fmt::join(m.sizes(), ", "),
                               fmt::join(weight.sizes(), ", ")));
  return m;
}

at::Tensor with_magnitudes(const at::Tensor& direction, const at::Tensor& m) {
  std::vector<int64_t> others;
  for (int64_t i = 0; i < m.dim(); ++i)
    if (m.size(i) == 1) others.push_back(i);
  return direction * (m / direction.norm(2, others, true).clamp_min(1e-12));
}

}  // namespace

bool has_weight_change(const AdapterLayer& layer) {
  return layer.size() > std::size_t(has_part(layer, "diff_b")) + std::size_t(has_part(layer, "alpha"));
}

at::Tensor adapter_delta(const AdapterLayer& layer, at::IntArrayRef shape) {
  const auto delta = product(layer);
  int64_t numel = 1;
  for (const int64_t size : shape) numel *= size;
  if (delta.numel() != numel || delta.size(0) != shape[0])
    refuse_adapter(fmt::format("a change of shape [{}] does not fit a weight of shape [{}]", fmt::join(delta.sizes(), ", "),
                               fmt::join(shape, ", ")));
  return delta.reshape(shape) * scale_of(layer);
}

at::Tensor adapted(const at::Tensor& weight, const AdapterLayer& layer, double strength) {
  const auto base = weight.to(at::kFloat);
  const auto delta = adapter_delta(layer, base.sizes());
  if (!has_part(layer, "dora_scale")) return base + strength * delta;
  return base + strength * (with_magnitudes(base + delta, magnitudes(layer, base)) - base);
}

}  // namespace inkstone::sd
