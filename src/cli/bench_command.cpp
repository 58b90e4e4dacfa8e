#include "cli/bench_command.hpp"

#include <memory>

#include <fmt/format.h>

#include "cli/request_options.hpp"
#include "inkstone/bench_request.hpp"
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
  fmt::print("median ms {:.1f}\nleast ms {:.1f}\nmost ms {:.1f}\npeak MiB {:.0f}\n", times[times.size() / 2], times.front(), times.back(),
             double(report.peak_bytes) / (1 << 20));
  return 0;
}

}  // namespace

void add_bench_command(CLI::App& app, const Settings& settings, int& result) {
  auto& command = add_command(app, "bench", "time a network that paints on this machine");
  const auto options = std::make_shared<RequestOptions>(command, fields_of<BenchRequest>());
  command.callback([options, &settings, &result] { result = run(*options, settings); });
}

}  // namespace inkstone
