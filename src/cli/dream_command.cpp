#include "cli/dream_command.hpp"

#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "cli/delivery.hpp"
#include "cli/exit_codes.hpp"
#include "cli/request_options.hpp"
#include "inkstone/dream_request.hpp"
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
  if (request.zoom > 0) studio.save_animation(paintings, request.output, request.frames_per_second);
  else deliver(studio, last, request.output);
  if (last.stopped) progress.on_message(fmt::format("stopped; what there was is in {}", request.output));
  std::puts(request.output.c_str());
  return last.stopped ? kExitStopped : 0;
}

}  // namespace

void add_dream_command(CLI::App& app, const Settings& settings, int& result) {
  auto& command = add_command(app, "dream", "paint into a picture what a network sees in it: DeepDream");
  const auto options = std::make_shared<RequestOptions>(command, fields_of<DreamRequest>());
  command.callback([options, &settings, &result] { result = run(*options, settings); });
}

}  // namespace inkstone
