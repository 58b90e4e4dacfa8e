#include "cli/replay_command.hpp"

#include <cstdio>
#include <memory>

#include "cli/delivery.hpp"
#include "cli/exit_codes.hpp"
#include "cli/request_options.hpp"
#include "inkstone/studio.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string file, output;
  std::vector<std::string> search;
};

// Without --search: where the picture lies, and where we are.
std::vector<fs::path> folders(const Arguments& arguments) {
  std::vector<fs::path> folders(arguments.search.begin(), arguments.search.end());
  for (const auto& folder : folders)
    if (!fs::is_directory(folder)) throw Error(ErrorCategory::not_found, "there is no folder " + folder.string() + " to search");
  if (!folders.empty()) return folders;
  const fs::path home = fs::path(arguments.file).parent_path();
  return {home.empty() ? fs::path(".") : home, fs::path(".")};
}

int run(const Arguments& arguments, const Settings& settings) {
  if (arguments.file.empty()) throw Error(ErrorCategory::bad_argument, "no picture; give one: inkstone replay PICTURE");
  const fs::path output = arguments.output.empty() ? free_output_name({arguments.file, "replay"}) : fs::path(arguments.output);
  Studio studio(settings.threads);
  studio.check_output(output);
  TaskProgress progress(settings.verbosity());
  const auto painting = studio.replay(arguments.file, folders(arguments), progress);
  progress.finish();
  deliver(studio, painting, output);
  std::puts(output.c_str());
  return painting.stopped ? kExitStopped : 0;
}

}  // namespace

void add_replay_command(CLI::App& app, const Settings& settings, int& result) {
  auto& command = add_command(app, "replay", "paint a picture again from the recipe in it");
  const auto arguments = std::make_shared<Arguments>();
  command.add_option("file", arguments->file, "picture with a recipe")->type_name("PICTURE");
  command.add_option("-o,--output", arguments->output, "where to write the picture")->type_name("FILE");
  command
      .add_option("--search", arguments->search, "folder with the photograph, the paintings and the model; several may be given")
      ->type_name("DIR")
      ->allow_extra_args(false);
  command.callback([arguments, &command, &settings, &result] {
    refuse_unknown(command);
    result = run(*arguments, settings);
  });
}

}  // namespace inkstone
