#include "cli/upscale_command.hpp"

#include <memory>

#include "cli/picture_task.hpp"
#include "inkstone/upscale_request.hpp"

namespace inkstone {

void add_upscale_command(CLI::App& app, const Settings& settings, int& result) {
  auto& command = add_command(app, "upscale", "enlarge a picture by a network: super-resolution");
  const auto options = std::make_shared<RequestOptions>(command, fields_of<UpscaleRequest>());
  command.callback([options, &settings, &result] {
    result = run_picture_command(options->request<UpscaleRequest>(), settings, "upscaled", &Studio::upscale);
  });
}

}  // namespace inkstone
