#include "sample/inpaint.hpp"

#include <ATen/ATen.h>

namespace inkstone {
namespace {

class MaskedDenoiser : public Denoiser {
 public:
  MaskedDenoiser(const Denoiser& inner, at::Tensor mask, at::Tensor original, at::Tensor noise)
      : inner_(inner), mask_(std::move(mask)), original_(std::move(original)), noise_(std::move(noise)) {}

  Denoised denoise(const at::Tensor& x, double sigma, const Condition& condition) const override {
    const auto known = original_ + sigma * noise_;
    auto result = inner_.denoise(blended(known, x, mask_), sigma, condition);
    result.x0 = blended(original_, result.x0, mask_);
    return result;
  }

 private:
  const Denoiser& inner_;
  at::Tensor mask_, original_, noise_;
};

}  // namespace

std::unique_ptr<Denoiser> inpainted(const Denoiser& denoiser, at::Tensor mask, at::Tensor original, at::Tensor noise) {
  return std::make_unique<MaskedDenoiser>(denoiser, std::move(mask), std::move(original), std::move(noise));
}

at::Tensor blended(const at::Tensor& original, const at::Tensor& painted, const at::Tensor& mask) {
  return original + mask * (painted - original);
}

}  // namespace inkstone
