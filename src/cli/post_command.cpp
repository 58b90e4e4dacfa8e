#include "cli/post_command.hpp"

#include <cstdio>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/delivery.hpp"
#include "cli/request_options.hpp"
#include "inkstone/post_filters.hpp"
#include "inkstone/post_request.hpp"
#include "inkstone/studio.hpp"

namespace inkstone {
namespace {

std::string range_text(const PostParameter& parameter) {
  if (parameter.kind == PostParameter::Kind::choice) return fmt::format("{}", fmt::join(parameter.choices, ", "));
  if (parameter.kind == PostParameter::Kind::picture) return "a picture";
  if (parameter.kind == PostParameter::Kind::text) return "text";
  return fmt::format("{} to {}", parameter.min, parameter.max);
}

void print_filters() {
  std::string group;
  for (const auto& filter : post_filters()) {
    if (filter.group != group) fmt::print("\n{}\n", group = filter.group);
    fmt::print("  {:<16} {}\n", filter.name, filter.help);
    for (const auto& parameter : filter.parameters)
      fmt::print("    {:<14} {} ({}){}\n", parameter.name, parameter.help, range_text(parameter),
                 parameter.fallback.empty() ? "" : fmt::format(" [{}]", parameter.fallback));
  }
}

int run(const RequestOptions& options, const Settings& settings) {
  auto request = options.request<PostRequest>();
  if (request.output.empty()) request.output = free_output_name({request.input.value, "post"}).string();
  Studio studio(settings.threads);
  TaskProgress progress(settings.verbosity());
  const auto painting = studio.post(request, progress);
  progress.finish();
  deliver(studio, painting, request.output);
  std::puts(request.output.c_str());
  return 0;
}

}  // namespace

void add_post_command(CLI::App& app, const Settings& settings, int& result) {
  auto& command = add_command(app, "post", "filter a picture or draw it, without a network");
  const auto options = std::make_shared<RequestOptions>(command, fields_of<PostRequest>());
  const auto list = std::make_shared<bool>(false);
  command.add_flag("--list-filters", *list, "every filter with its parameters");
  command.callback([options, list, &settings, &result] {
    if (!*list)
      result = run(*options, settings);
    else
      print_filters();
  });
}

}  // namespace inkstone
