// The program: commands, and the one place where an error becomes a line on stderr and an exit code.
#include <cstdio>
#include <exception>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/reference.hpp"
#include "cli/request_options.hpp"
#include "cli/settings.hpp"
#include "inkstone/studio.hpp"

namespace inkstone {
namespace {

int complain(const std::string& message, int code) {
  fmt::print(stderr, "inkstone: {}\n", message);
  return code;
}

void add_settings(CLI::App& app, Settings& settings) {
  app.add_option("-t,--threads", settings.threads, "processor threads; 0 takes one per core")
      ->check(CLI::Range(0, 1024))
      ->type_name("N");
  auto* quiet = app.add_flag("-q,--quiet", settings.quiet, "say nothing but errors");
  app.add_flag("-v,--verbose", settings.verbose, "a line for every step")->excludes(quiet);
  app.set_version_flag("--version", fmt::format("inkstone {}", version()));
}

int run(int argc, char** argv) {
  CLI::App app("AI painting in one program", "inkstone");
  app.option_defaults()->always_capture_default(false);
  app.fallthrough();  // -q and --threads may follow the command
  app.allow_extras();
  Settings settings;
  int result = 0;
  add_settings(app, settings);
  add_commands(app, settings, result);
  app.add_subcommand("version", "print the version")->callback([] { fmt::print("inkstone {}\n", version()); });
  add_docs_commands(app);
  try {
    app.parse(argc, argv);
    refuse_unknown(app);
    if (app.get_subcommands().empty()) fmt::print("{}", app.help());
    return result;
  } catch (const CLI::Success& wish) {  // --help, --version
    return app.exit(wish);
  } catch (const CLI::ParseError& error) {
    return complain(error.what(), kExitUsage);
  }
}

}  // namespace
}  // namespace inkstone

int main(int argc, char** argv) {
  try {
    return inkstone::run(argc, argv);
  } catch (const inkstone::Error& error) {
    return inkstone::complain(error.what(), inkstone::exit_code(error.category()));
  } catch (const std::exception& error) {
    return inkstone::complain(error.what(), 1);
  }
}
