#include "sample/stable_diffusion/preview.hpp"

#include <array>

#include <ATen/ATen.h>

#include "inkstone/image.hpp"
#include "tensor/picture.hpp"

namespace inkstone::sd {
namespace {

using Projection = std::array<std::array<float, 3>, 4>;

constexpr Projection kSmall = {
    {{0.298f, 0.207f, 0.208f}, {0.187f, 0.286f, 0.173f}, {-0.158f, 0.189f, 0.264f}, {-0.184f, -0.271f, -0.473f}}};
constexpr Projection kLarge = {
    {{0.3448f, 0.4168f, 0.4395f}, {-0.1953f, -0.0290f, 0.0250f}, {0.1074f, 0.0886f, -0.0163f}, {-0.3730f, -0.2499f, -0.2088f}}};

at::Tensor matrix_of(Version version) {
  const auto& rows = version == Version::sdxl || version == Version::sdxl_refiner ? kLarge : kSmall;
  return at::from_blob(const_cast<float*>(rows[0].data()), {4, 3}, at::kFloat);
}

}  // namespace

at::Tensor projected(const at::Tensor& latents, Version version, int64_t downscale) {
  const auto small = latents.size(1) == 4 ? at::matmul(latents.permute({0, 2, 3, 1}), matrix_of(version)).permute({0, 3, 1, 2})
                                          : latents.mean({1}, true).expand({-1, 3, -1, -1});
  return resize(small.contiguous(), latents.size(2) * downscale, latents.size(3) * downscale);
}

WalkObserver::WalkObserver(Observer& inner, int64_t steps, MakePicture make)
    : inner_(inner), steps_(steps), make_(std::move(make)) {}

void WalkObserver::on_progress(const Progress& progress) {
  ++done_;
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begun_;
  const double rate = double(done_) / std::max(spent.count(), 1e-9);
  std::vector<NamedValue> values(progress.values.begin(), progress.values.end());
  values.push_back(rate >= 1 ? NamedValue{"it/s", rate} : NamedValue{"s/it", 1 / rate});
  auto told = progress;
  told.values = values;
  if (!stage_.empty()) told.stage = stage_;
  told.seconds_left = double(std::max<int64_t>(0, steps_ - done_)) / rate;
  inner_.on_progress(told);
  preview(progress.step);
}

void WalkObserver::preview(int64_t step) {
  if (!make_ || !seen_.defined() || !inner_.wants_preview(step)) return;
  inner_.on_preview(to_image((make_(seen_.narrow(0, 0, 1)) + 1) / 2), step);
}

}  // namespace inkstone::sd
