#include "cli/explain_command.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "cli/delivery.hpp"
#include "cli/exit_codes.hpp"
#include "cli/request_options.hpp"
#include "inkstone/explain_request.hpp"
#include "inkstone/studio.hpp"

namespace inkstone {
namespace {

std::string default_exhibit(const ExplainRequest& request) {
  if (request.unit.empty())
    return free_output_name({request.picture.empty() ? request.prompt : request.picture.value, "explained"}).string();
  std::string unit = request.unit;
  std::replace_if(
      unit.begin(), unit.end(), [](char c) { return c == '/' || c == ':' || c == '.'; }, '-');
  return free_output_name({unit}).string();
}

int run(const RequestOptions& options, const Settings& settings) {
  auto request = options.request<ExplainRequest>();
  if (request.output.empty()) request.output = default_exhibit(request);
  Studio studio(settings.threads);
  TaskProgress progress(settings.verbosity());
  preview_beside(progress, studio, request.output, request.preview);
  const auto painting = studio.explain(request, progress);
  progress.finish();
  deliver(studio, painting, request.output);
  std::puts(request.output.c_str());
  return painting.stopped ? kExitStopped : 0;
}

}  // namespace

void add_explain_command(CLI::App& app, const Settings& settings, int& result) {
  auto& command = add_command(app, "explain", "show what a network sees in a picture, and where");
  const auto options = std::make_shared<RequestOptions>(command, fields_of<ExplainRequest>());
  command.callback([options, &settings, &result] { result = run(*options, settings); });
}

}  // namespace inkstone
