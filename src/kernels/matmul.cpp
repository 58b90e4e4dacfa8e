#include "kernels/matmul.hpp"

#include <ATen/ATen.h>

#ifdef INKSTONE_HAVE_DNNL
#include "kernels/onednn.hpp"
#endif

namespace inkstone::kernels {
namespace {

#ifdef INKSTONE_HAVE_DNNL

dnnl::memory::desc desc_of(const at::Tensor& t) {
  return {t.sizes().vec(), data_type(t), t.strides().vec()};
}

// out = a b, or out += a b; any strides, a and b of one dtype. oneDNN, because OpenBLAS knows neither bfloat16 nor the newest
// processors, and splits a product of few columns over very many rows badly.
void multiply(const at::Tensor& a, const at::Tensor& b, at::Tensor& out, bool accumulate) {
  dnnl::post_ops post;
  if (accumulate) post.append_sum(1.0F);
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(post);
  const auto source = desc_of(a), weight = desc_of(b), destination = desc_of(out);
#if DNNL_VERSION_MAJOR < 3
  const dnnl::matmul::primitive_desc desc({source, weight, destination}, attributes, cpu_engine());
#else
  const dnnl::matmul::primitive_desc desc(cpu_engine(), source, weight, destination, attributes);
#endif
  dnnl::stream stream(cpu_engine());
  dnnl::matmul(desc).execute(
      stream, {{DNNL_ARG_SRC, wrap(source, a)}, {DNNL_ARG_WEIGHTS, wrap(weight, b)}, {DNNL_ARG_DST, wrap(destination, out)}});
  stream.wait();
}

#else

void multiply(const at::Tensor& a, const at::Tensor& b, at::Tensor& out, bool accumulate) {
  if (accumulate && out.scalar_type() == a.scalar_type()) {
    out.addmm_(a, b);
  } else {
    out.copy_(at::matmul(a.to(at::kFloat), b.to(at::kFloat)));
  }
}

#endif

}  // namespace

at::Tensor transposed_product(const at::Tensor& a, const at::Tensor& b) {
  if (!a.is_cpu()) return at::mm(a.to(at::kFloat).t(), b.to(at::kFloat));
  auto out = at::empty({a.size(1), b.size(1)}, a.options().dtype(at::kFloat));
  multiply(a.t(), b, out, false);
  return out;
}

void add_product_(at::Tensor& out, const at::Tensor& a, const at::Tensor& m) {
  const auto factor = m.to(a.scalar_type()).contiguous();
  if (a.is_cpu()) {
    multiply(a, factor, out, true);
  } else {
    out.addmm_(a, factor);
  }
}

at::Tensor batched_product(const at::Tensor& a, const at::Tensor& b) {
  if (!a.is_cpu()) return at::matmul(a, b);
  auto sizes = a.sizes().vec();
  sizes.back() = b.size(-1);
  auto out = at::empty(sizes, a.options());
  if (out.numel() > 0) multiply(a, b, out, false);
  return out;
}

}  // namespace inkstone::kernels
