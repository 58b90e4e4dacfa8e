#include "cli/restore_command.hpp"

#include <memory>

#include "cli/picture_task.hpp"
#include "inkstone/restore_request.hpp"

namespace inkstone {

void add_restore_command(CLI::App& app, const Settings& settings, int& result) {
  auto& command = add_command(app, "restore",
                              "make a bad picture good: noise, JPEG, blur, scratches, fading, lost colours, things to take out");
  const auto options = std::make_shared<RequestOptions>(command, fields_of<RestoreRequest>());
  command.callback([options, &settings, &result] {
    const auto request = options->request<RestoreRequest>();
    if (!request.save_mask.empty() && std::filesystem::is_directory(request.picture.value))
      throw Error(ErrorCategory::bad_argument, "--save-mask is for one picture, not for a folder of them");
    result = run_picture_command(request, settings, "restored", &Studio::restore);
  });
}

}  // namespace inkstone
