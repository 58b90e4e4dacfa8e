#include "studio/quality_task.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "eval/psnr.hpp"
#include "eval/ssim.hpp"
#include "families/enhancer/degradation.hpp"
#include "image/decode.hpp"
#include "studio/picture_networks.hpp"
#include "studio/source_picture.hpp"
#include "tensor/noise.hpp"
#include "tensor/picture.hpp"
#include "train/noise.hpp"
#include "transform/tiled.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

at::Tensor to_bytes(const at::Tensor& rgb) {
  return (rgb.clamp(0, 1) * 255).round() / 255;
}

// Studio-range luma in [16,235], from [0,1].
at::Tensor studio_luma(const at::Tensor& rgb) {
  return 16 + (65.481 * rgb.narrow(1, 0, 1) + 128.553 * rgb.narrow(1, 1, 1) + 24.966 * rgb.narrow(1, 2, 1)).to(at::kDouble);
}

struct Likeness {
  double psnr = 0, ssim = 0;
};

Likeness likeness(const at::Tensor& made, const at::Tensor& good, int64_t shave) {
  const auto inner = [&](const at::Tensor& rgb) {
    return studio_luma(to_bytes(rgb)).slice(2, shave, rgb.size(2) - shave).slice(3, shave, rgb.size(3) - shave).contiguous();
  };
  const auto a = inner(made), b = inner(good);
  return {psnr(a, b).item<double>(), ssim(a, b).item<double>()};
}

std::vector<fs::path> good_pictures(const fs::path& folder) {
  if (!fs::is_directory(folder)) throw Error(ErrorCategory::not_found, fmt::format("there is no folder {}", folder.string()));
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

class Trial {
 public:
  Trial(const QualityRequest& request, Observer& observer)
      : request_(request),
        observer_(observer),
        loaded_(open_picture_network(request.model.empty() ? ModelRef{"super-resolution-x2"} : request.model, request.type,
                                     NetworkTask::any)),
        scale_(loaded_.network->geometry().scale) {}

  QualityReport run() {
    QualityReport report{.model = loaded_.name, .scale = int(scale_), .pictures = {}};
    const auto files = good_pictures(request_.pictures);
    for (const auto& file : files) {
      if (observer_.stop_requested()) break;
      if (const auto one = measure(file)) report.pictures.push_back(*one);
      Progress progress;
      progress.stage = "measure";
      progress.step = ++done_;
      progress.total = int64_t(files.size());
      observer_.on_progress(progress);
    }
    if (report.pictures.empty())
      throw Error(ErrorCategory::bad_argument, fmt::format("{} holds no pictures to measure with", request_.pictures));
    return report;
  }

 private:
  // Absent for a file that is no picture.
  std::optional<PictureQuality> measure(const fs::path& file) {
    Image decoded;
    try {
      decoded = on_white(decode_image(file));
    } catch (const Error& error) {
      observer_.on_message(fmt::format("left out: {}", error.what()));
      return {};
    }
    const auto whole = to_tensor(decoded);
    const auto good =
        whole.slice(2, 0, whole.size(2) / scale_ * scale_).slice(3, 0, whole.size(3) / scale_ * scale_).contiguous();
    const auto bad = worsened(good);
    const auto plain = scale_ > 1 ? resize(bad, good.size(2), good.size(3)) : bad;
    Observer silent;
    const auto made = transform::run(*loaded_.network, bad.clamp(0, 1), {.tta = request_.tta}, silent);
    const int64_t shave = scale_ > 1 ? scale_ : 0;
    const auto ours = likeness(made, good, shave), simple = likeness(plain, good, shave);
    return PictureQuality{file.stem().string(), ours.psnr, ours.ssim, simple.psnr, simple.ssim};
  }

  at::Tensor worsened(const at::Tensor& good) const {
    if (request_.degradation == "real") {
      StepNoise noise(uint64_t(request_.seed), done_, {0, 1, 1}, at::kCPU);  // another chain for every picture
      return degraded(good, {.kind = "real", .scale = scale_, .least = request_.strength, .most = request_.strength}, noise);
    }
    const auto small = scale_ > 1 ? to_bytes(resize(good, good.size(2) / scale_, good.size(3) / scale_)) : good;
    if (request_.degradation == "jpeg") return to_bytes(jpeg_compressed(small, request_.quality));
    return scale_ > 1 ? small : noisy(good);
  }

  // The same in all channels of a grey picture; not clamped, as in the literature.
  at::Tensor noisy(const at::Tensor& good) const {
    const bool grey = at::equal(good.select(1, 0), good.select(1, 1)) && at::equal(good.select(1, 0), good.select(1, 2));
    const auto noise =
        at::randn({1, grey ? 1 : 3, good.size(2), good.size(3)}, generator_of(uint64_t(request_.seed)), at::kFloat);
    return good + noise * (request_.noise / 255);
  }

  const QualityRequest& request_;
  Observer& observer_;
  LoadedPictureNetwork loaded_;
  int64_t scale_, done_ = 0;
};

}  // namespace

QualityReport run_quality(const QualityRequest& request, Observer& observer) {
  return Trial(request, observer).run();
}

}  // namespace inkstone::studio
