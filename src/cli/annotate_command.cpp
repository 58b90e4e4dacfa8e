#include "cli/annotate_command.hpp"

#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "cli/exit_codes.hpp"
#include "cli/request_options.hpp"
#include "inkstone/annotate_request.hpp"
#include "inkstone/studio.hpp"

namespace inkstone {
namespace {

std::string text_of(const AnnotateRequest& request, const AnnotationReport& report) {
  if (request.format == "json") return annotation_json(report);
  std::string text;
  for (const auto& notes : report.pictures)
    text += request.format == "jsonl" ? annotation_json(notes) + "\n" : annotation_text(notes);
  return text;
}

int run(const RequestOptions& options, const Settings& settings) {
  const auto request = options.request<AnnotateRequest>();
  Studio studio(settings.threads);
  TaskProgress progress(settings.verbosity());
  const auto report = studio.annotate(request, progress);
  progress.finish();
  for (const auto& path : report.outputs) std::puts(path.c_str());
  if (report.outputs.empty()) std::fputs(text_of(request, report).c_str(), stdout);
  return report.stopped ? kExitStopped : 0;
}

}  // namespace

void add_annotate_command(CLI::App& app, const Settings& settings, int& result) {
  auto& command = add_command(app, "annotate", "describe pictures: tags, captions, colours, light, near-duplicates");
  const auto options = std::make_shared<RequestOptions>(command, fields_of<AnnotateRequest>());
  command.callback([options, &settings, &result] { result = run(*options, settings); });
}

}  // namespace inkstone
