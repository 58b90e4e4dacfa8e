#include "cli/train_command.hpp"

#include <cstdio>
#include <map>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/exit_codes.hpp"
#include "cli/request_options.hpp"
#include "cli/shell_words.hpp"
#include "inkstone/studio.hpp"

namespace inkstone {
namespace {

// The options of runs as flags: those of the loop and the data, and those of all families, each name once.
class RunFlags {
 public:
  explicit RunFlags(CLI::App& command) {
    for (const auto& option : training_options()) add(command, option, option.group);
    for (const auto& family : training_families())
      for (const auto& option : family.options) add(command, option, "Model (family by family: inkstone train --list)");
  }

  // What was typed, as texts by name.
  nlohmann::json overrides() const {
    auto typed = nlohmann::json::object();
    for (const auto& [name, flag] : flags_) {
      if (flag.option->count() == 0) continue;
      typed[name] = flag.boolean ? nlohmann::json(flag.on)
                    : flag.list  ? nlohmann::json(flag.texts)
                                 : nlohmann::json(flag.texts.back());
    }
    return typed;
  }

 private:
  struct Flag {
    CLI::Option* option = nullptr;
    std::vector<std::string> texts;
    bool on = false, boolean = false, list = false;
  };

  void add(CLI::App& command, const TrainingOption& option, const std::string& group) {
    if (flags_.contains(option.name)) return;
    auto& flag = flags_[option.name];
    flag.boolean = option.kind == "boolean";
    flag.list = option.list;
    std::string help = option.help;
    if (!option.allowed.empty()) help += fmt::format(" ({})", option.allowed);
    if (flag.boolean) {
      flag.option = command.add_flag(fmt::format("--{0},!--no-{0}", option.name), flag.on, help);
    } else {
      flag.option = command.add_option("--" + option.name, flag.texts, help)
                        ->type_name(option.kind == "text"      ? "TEXT"
                                    : option.kind == "integer" ? "N"
                                                               : "X");
      flag.option->allow_extra_args(false);
      if (flag.list)
        flag.option->delimiter(',');
      else
        flag.option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }
    flag.option->group(group);
  }

  std::map<std::string, Flag> flags_;
};

struct TrainFlags {
  explicit TrainFlags(CLI::App& command) : run(command) {}
  TrainRequest request;
  std::string data;
  bool list = false, print_config = false;
  RunFlags run;
};

void print_list() {
  fmt::print("families\n");
  for (const auto& family : training_families()) {
    fmt::print("  {:<14} {}\n", family.name, family.summary);
    for (const auto& option : family.options) fmt::print("      --{:<24} {} [{}]\n", option.name, option.help, option.fallback);
  }
  fmt::print("\nconfigs that are built in\n");
  for (const auto& name : training_configs()) fmt::print("  {}\n", name);
}

// --images is a number of the loop, and what others call the pictures to learn from: a folder is no number.
bool is_place(const std::string& images) {
  return images.find_first_not_of("0123456789+-.eE") != std::string::npos;
}

void tell_outcome(TaskProgress& progress, const TrainingReport& report) {
  progress.on_message(fmt::format("{} after {} steps", report.outcome, report.steps));
  if (report.folder.empty()) return;
  const auto folder = shell_word(report.folder.string());
  if (report.stopped)
    progress.on_message(fmt::format("go on with\n  inkstone train --resume -o {}", folder));
  else
    progress.on_message(fmt::format("paint with\n  inkstone paint --model {} -b 16 --grid -o grid.png", folder));
}

int run(TrainFlags& flags, const Settings& settings, const CLI::App& command) {
  refuse_unknown(command);
  if (flags.list) {
    print_list();
    return 0;
  }
  auto overrides = flags.run.overrides();
  if (is_place(overrides.value("images", std::string()))) {
    flags.data = overrides["images"];
    overrides.erase("images");
  }
  if (!flags.data.empty()) overrides["data"] = flags.data;
  flags.request.overrides = overrides.dump();
  Studio studio(settings.threads);
  if (flags.print_config) {
    std::fputs(studio.training_config(flags.request).c_str(), stdout);
    return 0;
  }
  TaskProgress progress(settings.verbosity());
  const auto report = studio.train(flags.request, progress);
  progress.finish();
  tell_outcome(progress, report);
  if (!report.folder.empty()) std::puts(report.folder.c_str());
  return report.stopped ? kExitStopped : 0;
}

}  // namespace

void add_train_command(CLI::App& app, const Settings& settings, int& result) {
  auto& command = add_command(app, "train", "train a network from pictures");
  const auto flags = std::make_shared<TrainFlags>(command);
  auto& request = flags->request;
  command.add_option("config", request.config, "a TOML file, or the name of a config that is built in");
  command.add_option("-o,--output", request.output, "folder of the run [runs/CONFIG]")->type_name("DIR");
  command.add_flag("--resume", request.resume, "go on from the newest checkpoint of the run");
  command.add_option("--from", request.from, "start from the weights of another model or run")->type_name("MODEL");
  command
      .add_option("--data", flags->data,
                  "what to train on, instead of the config's: a ready name, a folder of pictures, a packed data set")
      ->type_name("DATA");
  command.add_option("--device", request.device, "auto, cpu or cuda")
      ->type_name("TEXT")
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}));
  command.add_flag("--dry-run", request.dry_run, "check config, data, shapes and memory with two steps; write nothing");
  command.add_flag("--memorisation-check,!--no-memorisation-check", request.memorisation_check,
                   "before an adapter or a word is written for other programs, look whether it paints its training pictures (on "
                   "unless left out)");
  command.add_flag("--list", flags->list, "families with their options, and the configs that are built in");
  command.add_flag("--print-config", flags->print_config, "the complete config that this comes to");
  command.callback([flags, &settings, &result, &command] { result = run(*flags, settings, command); });
}

}  // namespace inkstone
