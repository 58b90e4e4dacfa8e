#include "cli/bench_command.hpp"

#include <memory>

#include <fmt/format.h>

#include "cli/diffusion_bench.hpp"
#include "cli/request_options.hpp"
#include "inkstone/bench_request.hpp"
#include "inkstone/quality_request.hpp"
#include "inkstone/studio.hpp"

namespace inkstone {
namespace {

int run(const RequestOptions& options, const Settings& settings) {
  const auto request = from_json<BenchRequest>(options.values());
  Studio studio(settings.threads);
  TaskProgress progress(settings.verbosity());
  const auto report = studio.bench(request, progress);
  const auto& times = report.milliseconds;
  fmt::print("{} at {}x{}, {} threads, {} runs\n", report.model, request.size, request.size, report.threads, times.size());
  fmt::print("median ms {:.1f}\nleast ms {:.1f}\nmost ms {:.1f}\nprocessor ms {:.1f}\npeak MiB {:.0f}\n", times[times.size() / 2],
             times.front(), times.back(), report.processor_milliseconds, double(report.peak_bytes) / (1 << 20));
  return 0;
}

void print_quality(const PictureQuality& one) {
  fmt::print("{:<24} {:8.2f} {:8.4f} {:8.2f} {:8.4f}\n", one.name, one.psnr, one.ssim, one.plain_psnr, one.plain_ssim);
}

// What was done to the pictures.
std::string harm(const QualityRequest& request, int scale) {
  std::string how = scale > 1 ? fmt::format("{} times smaller", scale) : "";
  if (request.degradation == "plain") return scale > 1 ? how : fmt::format("noise {}", request.noise);
  if (!how.empty()) how += ", ";
  return how +
         (request.degradation == "jpeg" ? fmt::format("JPEG {}", request.quality) : fmt::format("real {}", request.strength));
}

int run_quality(const RequestOptions& options, const Settings& settings) {
  Studio studio(settings.threads);
  TaskProgress progress(settings.verbosity());
  const auto request = from_json<QualityRequest>(options.values());
  const auto report = studio.quality(request, progress);
  progress.finish();
  fmt::print("{}, {}\n{:<24} {:>8} {:>8} {:>8} {:>8}\n", report.model, harm(request, report.scale), "picture", "psnr", "ssim",
             report.scale > 1 ? "bicubic" : "given", "ssim");
  PictureQuality mean{.name = "mean"};
  for (const auto& one : report.pictures) {
    print_quality(one);
    const auto share = 1 / double(report.pictures.size());
    mean.psnr += one.psnr * share, mean.ssim += one.ssim * share, mean.plain_psnr += one.plain_psnr * share,
        mean.plain_ssim += one.plain_ssim * share;
  }
  print_quality(mean);
  return 0;
}

void add_quality_command(CLI::App& bench, const Settings& settings, int& result) {
  auto& command = add_command(bench, "quality", "PSNR and SSIM of luma on good pictures, made bad for it");
  const auto options = std::make_shared<RequestOptions>(command, fields_of<QualityRequest>());
  command.callback([options, &settings, &result] { result = run_quality(*options, settings); });
}

}  // namespace

void add_bench_command(CLI::App& app, const Settings& settings, int& result) {
  auto& bench = add_command(app, "bench", "time a network that paints on this machine");
  for (const char* task : {"stylize", "upscale", "restore"}) {
    auto& command = add_command(bench, task, "one pass over a made-up picture, several times");
    const auto options = std::make_shared<RequestOptions>(command, fields_of<BenchRequest>());
    command.callback([options, &settings, &result] { result = run(*options, settings); });
  }
  add_diffusion_bench(bench, settings, result);
  add_quality_command(bench, settings, result);
  bench.require_subcommand(1);
}

}  // namespace inkstone
