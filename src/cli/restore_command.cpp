#include "cli/restore_command.hpp"

#include <memory>

#include "cli/picture_task.hpp"
#include "inkstone/restore_request.hpp"

namespace inkstone {

void add_restore_command(CLI::App& app, const Settings& settings, int& result) {
  auto& command = add_command(app, "restore", "make a bad picture good: noise, JPEG, blur, fading, things to take out");
  const auto options = std::make_shared<RequestOptions>(command, fields_of<RestoreRequest>());
  command.callback([options, &settings, &result] {
    result = run_picture_command(options->request<RestoreRequest>(), settings, "restored", &Studio::restore);
  });
}

}  // namespace inkstone
