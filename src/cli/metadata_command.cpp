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
  int watermark = 0;  // bytes; 0: not read
};

json to_json(const PictureReport& report) {
  return {{"format", report.format},         {"width", report.width},
          {"height", report.height},         {"bits", report.bits},
          {"alpha", report.alpha},           {"software", report.software},
          {"licence", report.licence},       {"digital_source_type", report.digital_source_type},
          {"parameters", report.parameters}, {"inkstone", report.recipe.empty() ? json() : json::parse(report.recipe)}};
}

// Bytes that are no ASCII letter or sign as ?, so that noise does no harm to a terminal.
std::string printable(std::string text) {
  for (char& c : text)
    if (c < 0x20 || c > 0x7e) c = '?';
  return text;
}

void line(const char* name, const std::string& value) {
  if (!value.empty()) fmt::print("{:<12} {}\n", name, value);
}

void print(const PictureReport& report) {
  line("picture", fmt::format("{}, {}x{}, {} bits{}", report.format, report.width, report.height, report.bits,
                              report.alpha ? ", alpha" : ""));
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
  command.add_option("--watermark", arguments->watermark, "read the invisible mark of N bytes instead")
      ->check(CLI::Range(1, 64))
      ->type_name("N");
  command.add_flag("--json", arguments->as_json, "as JSON");
  command.callback([arguments, &command, &settings] {
    refuse_unknown(command);
    if (arguments->file.empty()) throw Error(ErrorCategory::bad_argument, "no picture; give one: inkstone metadata PICTURE");
    Studio studio(settings.threads);
    if (arguments->watermark > 0) return fmt::print("{}\n", printable(studio.watermark(arguments->file, arguments->watermark)));
    const auto report = studio.report(arguments->file);
    if (arguments->as_json)
      fmt::print("{}\n", to_json(report).dump(2));
    else
      print(report);
  });
}

}  // namespace inkstone
