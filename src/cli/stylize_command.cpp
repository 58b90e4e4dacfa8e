#include "cli/stylize_command.hpp"

#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "cli/delivery.hpp"
#include "cli/exit_codes.hpp"
#include "cli/request_options.hpp"
#include "cli/shell_words.hpp"
#include "inkstone/studio.hpp"
#include "inkstone/stylize_request.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

std::string default_output(const StylizeRequest& request) {
  std::vector<std::string> sources = {request.content.value};
  for (const auto& style : request.style) sources.push_back(style.value);
  return free_output_name(sources).string();
}

// The command that goes on from a stopped picture: the same options, started from what was saved.
std::string continuation(const nlohmann::json& typed, const fs::path& saved) {
  std::string command = "inkstone stylize";
  for (const auto& field : fields_of<StylizeRequest>()) {
    const std::string name = field.option.name;
    if (!typed.contains(name) || name == "init") continue;
    const auto& value = typed[name];
    const auto word = [](const nlohmann::json& item) {
      return shell_word(item.is_string() ? item.get<std::string>() : item.dump());
    };
    if (field.option.positional)
      command += " " + word(value);
    else if (field.kind == FieldKind::boolean)
      command += fmt::format(" --{}", name);
    else if (!value.is_array())
      command += fmt::format(" --{} {}", name, word(value));
    else
      for (const auto& item : value) command += fmt::format(" --{} {}", name, word(item));
  }
  return command + " --init " + shell_word(saved.string());
}

void add_previews(TaskProgress& progress, Studio& studio, const StylizeRequest& request) {
  const fs::path output = request.output;
  progress.every(request.save_every, [&studio, output](const Image& picture, std::int64_t step) {
    studio.save(picture, beside(output, fmt::format("-step{}", step)));
  });
  preview_beside(progress, studio, output, request.preview);
}

// "clip-painted.mp4" beside where we are, or the next free name; that of unfinished work is free, so that it is gone on with.
std::string default_film(const StylizeRequest& request) {
  const fs::path film = request.content.value;
  for (int number = 1;; ++number) {
    const auto name = fmt::format("{}-painted{}{}", film.stem().string(), number > 1 ? fmt::format("-{}", number) : "",
                                  film.extension().string());
    if (!fs::exists(name) || fs::exists(name + ".parts")) return name;
  }
}

int run_film(StylizeRequest request, const RequestOptions& options, const Settings& settings) {
  if (request.output.empty()) request.output = default_film(request);
  Studio studio(settings.threads);
  TaskProgress progress(settings.verbosity());
  preview_beside(progress, studio, request.output, request.preview);
  const auto report = studio.stylize_film(request, progress, options.given());
  progress.finish();
  progress.on_message(fmt::format("{} frames; flicker {:.2f} of 255, {:.2f} as painted", report.frames, report.flicker_after,
                                  report.flicker_before));
  if (report.stopped) progress.on_message(fmt::format("stopped there; the same command goes on from {}.parts", request.output));
  std::puts(request.output.c_str());
  return report.stopped ? kExitStopped : 0;
}

int run(const RequestOptions& options, const Settings& settings) {
  const auto typed = options.values();
  auto request = from_json<StylizeRequest>(typed);
  if (Studio::is_film(request.content.value)) return run_film(std::move(request), options, settings);
  if (request.output.empty()) request.output = default_output(request);
  Studio studio(settings.threads);
  TaskProgress progress(settings.verbosity());
  add_previews(progress, studio, request);
  if (!request.loss_log.empty()) progress.log_losses(request.loss_log);
  const auto painting = studio.stylize(request, progress, options.given());
  progress.finish();
  deliver(studio, painting, request.output);
  if (painting.stopped) {
    auto complete = typed;
    complete["output"] = request.output;
    progress.on_message(
        fmt::format("stopped after {} steps; go on with\n  {}", painting.steps, continuation(complete, request.output)));
  }
  std::puts(request.output.c_str());
  return painting.stopped ? kExitStopped : 0;
}

}  // namespace

void add_stylize_command(CLI::App& app, const Settings& settings, int& result) {
  auto& command = add_command(app, "stylize", "paint a photograph in the style of a painting");
  const auto options = std::make_shared<RequestOptions>(command, fields_of<StylizeRequest>());
  command.callback([options, &settings, &result] { result = run(*options, settings); });
}

}  // namespace inkstone
