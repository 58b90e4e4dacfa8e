#include "cli/evaluate_command.hpp"

#include <memory>

#include <fmt/format.h>

#include "cli/request_options.hpp"
#include "inkstone/studio.hpp"

namespace inkstone {
namespace {

void print(const Measure& measure) {
  const bool interval = measure.low != measure.high;
  fmt::print("{:<22} {:>12.5g}", measure.name, measure.value);
  if (interval) fmt::print("   95% {:.5g} to {:.5g}", measure.low, measure.high);
  if (!measure.note.empty()) fmt::print("   {}", measure.note);
  fmt::print("\n");
}

int run(const RequestOptions& options, const Settings& settings) {
  const auto request = options.request<EvaluateRequest>();
  Studio studio(settings.threads);
  TaskProgress progress(settings.verbosity());
  const auto report = studio.evaluate(request, progress);
  progress.finish();
  fmt::print("features: {}\n", report.features);
  for (const auto& measure : report.values) print(measure);
  return 0;
}

}  // namespace

void add_evaluate_command(CLI::App& app, const Settings& settings, int& result) {
  auto& command = add_command(app, "evaluate", "measure generated pictures against real ones");
  const auto options = std::make_shared<RequestOptions>(command, fields_of<EvaluateRequest>());
  command.callback([options, &settings, &result] { result = run(*options, settings); });
}

}  // namespace inkstone
