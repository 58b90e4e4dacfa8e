#include "cli/metadata_command.hpp"

#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/request_options.hpp"
#include "inkstone/error.hpp"
#include "inkstone/studio.hpp"

namespace inkstone {
namespace {

using nlohmann::json;

struct Arguments {
  std::string file;
  bool as_json = false;
};

json to_json(const PictureReport& report) {
  return {{"format", report.format}, {"width", report.width}, {"height", report.height}, {"bits", report.bits}, {"alpha", report.alpha},
          {"software", report.software}, {"licence", report.licence}, {"digital_source_type", report.digital_source_type},
          {"parameters", report.parameters}, {"inkstone", report.recipe.empty() ? json() : json::parse(report.recipe)}};
}

void line(const char* name, const std::string& value) {
  if (!value.empty()) fmt::print("{:<12} {}\n", name, value);
}

void print(const PictureReport& report) {
  line("picture", fmt::format("{}, {}x{}, {} bits{}", report.format, report.width, report.height, report.bits, report.alpha ? ", alpha" : ""));
  line("software", report.software);
  line("licence", report.licence);
  line("source type", report.digital_source_type);
  line("parameters", report.parameters);
  if (!report.recipe.empty()) fmt::print("recipe\n{}\n", json::parse(report.recipe).dump(2));
}

}  // namespace

void add_metadata_command(CLI::App& app, const Settings& settings, int& result) {
  auto& command = add_command(app, "metadata", "show what a picture says of how it was made");
  const auto arguments = std::make_shared<Arguments>();
  command.add_option("file", arguments->file, "picture")->type_name("PICTURE");
  command.add_flag("--json", arguments->as_json, "as JSON");
  command.callback([arguments, &command, &settings] {
    refuse_unknown(command);
    if (arguments->file.empty()) throw Error(ErrorCategory::bad_argument, "no picture; give one: inkstone metadata PICTURE");
    const auto report = Studio(settings.threads).report(arguments->file);
    if (arguments->as_json) fmt::print("{}\n", to_json(report).dump(2));
    else print(report);
  });
}

}  // namespace inkstone
