#include "cli/dream_command.hpp"

#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "cli/delivery.hpp"
#include "cli/exit_codes.hpp"
#include "cli/request_options.hpp"
#include "inkstone/dream_request.hpp"
#include "inkstone/error.hpp"
#include "inkstone/project_request.hpp"
#include "inkstone/studio.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

std::string default_dream(const DreamRequest& request) {
  const auto name = free_output_name({request.picture.value, "dream"});
  return request.zoom > 0 ? fs::path(name).replace_extension(".mp4").string() : name.string();
}

int run(const RequestOptions& options, const Settings& settings) {
  auto request = options.request<DreamRequest>();
  if (request.output.empty()) request.output = default_dream(request);
  Studio studio(settings.threads);
  TaskProgress progress(settings.verbosity());
  preview_beside(progress, studio, request.output, request.preview);
  const auto paintings = studio.dream(request, progress);
  progress.finish();
  const auto& last = paintings.back();
  if (request.zoom > 0)
    studio.save_animation(paintings, request.output, request.frames_per_second);
  else
    deliver(studio, last, request.output);
  if (last.stopped) progress.on_message(fmt::format("stopped; what there was is in {}", request.output));
  std::puts(request.output.c_str());
  return last.stopped ? kExitStopped : 0;
}

int run_project(const RequestOptions& options, const Settings& settings) {
  auto request = options.request<ProjectRequest>();
  if (request.output.empty()) request.output = free_output_name({request.picture.value, "projected"}).string();
  const auto style = fs::path(request.output).replace_extension(".projected_w.safetensors");
  Studio studio(settings.threads);
  TaskProgress progress(settings.verbosity());
  preview_beside(progress, studio, request.output, request.preview);
  const auto painting = studio.project(request, progress);
  progress.finish();
  deliver(studio, painting, request.output);
  studio.save_style(painting, style);
  if (painting.stopped) progress.on_message(fmt::format("stopped; what there was is in {}", request.output));
  fmt::print("{}\n{}\n", request.output, style.string());
  return painting.stopped ? kExitStopped : 0;
}

// What `project` does not know, CLI11 gives to `dream`.
void refuse_options_of_dream(const RequestOptions& dream) {
  for (const auto& name : dream.given())
    throw Error(ErrorCategory::bad_argument,
                fmt::format("'{}' is of `inkstone dream`, and has no meaning for `inkstone dream project`; leave it out", name));
}

using SharedOptions = std::shared_ptr<const RequestOptions>;

void add_project_command(CLI::App& dream, const SharedOptions& of_dream, const Settings& settings, int& result) {
  auto& command = add_command(dream, "project", "find a photograph again in the styles of a StyleGAN");
  const auto options = std::make_shared<RequestOptions>(command, fields_of<ProjectRequest>());
  command.callback([options, of_dream, &settings, &result] {
    refuse_options_of_dream(*of_dream);
    result = run_project(*options, settings);
  });
}

}  // namespace

void add_dream_command(CLI::App& app, const Settings& settings, int& result) {
  auto& command = add_command(app, "dream", "paint into a picture what a network sees in it: DeepDream");
  const auto options = std::make_shared<RequestOptions>(command, fields_of<DreamRequest>());
  command.callback([options, &command, &settings, &result] {
    if (command.get_subcommands().empty()) result = run(*options, settings);
  });
  add_project_command(command, options, settings, result);
}

}  // namespace inkstone
