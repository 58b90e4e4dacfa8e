#include "cli/commands.hpp"
#include "cli/evaluate_command.hpp"
#include "cli/paint_command.hpp"
#include "cli/train_command.hpp"

namespace inkstone {

void add_commands(CLI::App& app, const Settings& settings, int& result) {
  add_train_command(app, settings, result);
  add_paint_command(app, settings, result);
  add_evaluate_command(app, settings, result);
}

}  // namespace inkstone
