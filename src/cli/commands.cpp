#include "cli/commands.hpp"

#include "cli/annotate_command.hpp"
#include "cli/bench_command.hpp"
#include "cli/dataset_command.hpp"
#include "cli/dream_command.hpp"
#include "cli/evaluate_command.hpp"
#include "cli/explain_command.hpp"
#include "cli/metadata_command.hpp"
#include "cli/models_command.hpp"
#include "cli/paint_command.hpp"
#include "cli/post_command.hpp"
#include "cli/recipes_command.hpp"
#include "cli/replay_command.hpp"
#include "cli/restore_command.hpp"
#include "cli/serve_command.hpp"
#include "cli/stylize_command.hpp"
#include "cli/token_command.hpp"
#include "cli/train_command.hpp"
#include "cli/upscale_command.hpp"

namespace inkstone {

void add_commands(CLI::App& app, const Settings& settings, int& result) {
  add_stylize_command(app, settings, result);
  add_dream_command(app, settings, result);
  add_upscale_command(app, settings, result);
  add_restore_command(app, settings, result);
  add_explain_command(app, settings, result);
  add_annotate_command(app, settings, result);
  add_paint_command(app, settings, result);
  add_train_command(app, settings, result);
  add_evaluate_command(app, settings, result);
  add_bench_command(app, settings, result);
  add_post_command(app, settings, result);
  add_metadata_command(app, settings, result);
  add_replay_command(app, settings, result);
  add_recipes_command(app);
  add_dataset_command(app, settings);
  add_models_command(app);
  add_serve_command(app, settings, result);
  add_token_command(app);
}

}  // namespace inkstone
