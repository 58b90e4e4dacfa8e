#include "cli/paint_command.hpp"

#include <cctype>
#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "cli/delivery.hpp"
#include "cli/exit_codes.hpp"
#include "cli/request_options.hpp"
#include "inkstone/studio.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

bool moves(const fs::path& output) {
  return output.extension() == ".gif" || output.extension() == ".mp4";
}

// A packed data set holds any number of pictures.
bool packs(const fs::path& output) {
  return output.extension() == ".safetensors";
}

// One picture takes the name itself, several get numbers.
fs::path numbered(const fs::path& output, std::size_t k, std::size_t count) {
  const int digits = int(std::to_string(count - 1).size());
  return count == 1 ? output : beside(output, fmt::format("-{:0{}}", k, digits));
}

void check(Studio& studio, const PaintRequest& request) {
  studio.check_output(request.output, moves(request.output));
  if (moves(request.output) && request.interpolate == 0)
    throw Error(ErrorCategory::bad_argument, "a .gif or .mp4 wants a walk; add --interpolate 12, say, and -b for the stops");
}

// The first words of the prompt, in letters that every file system takes; else the model's name.
std::string name_for(const PaintRequest& request) {
  constexpr std::size_t kLongest = 48;
  std::string name;
  for (const unsigned char c : request.prompt) {
    if (name.size() >= kLongest) break;
    if (std::isalnum(c) || c >= 0x80)
      name += char(c);
    else if (!name.empty() && name.back() != '-')
      name += '-';
  }
  while (!name.empty() && (name.back() == '-' || (static_cast<unsigned char>(name.back()) & 0xC0) == 0x80)) name.pop_back();
  return name.empty() ? request.model.value : name;
}

int run(const RequestOptions& options, const Settings& settings) {
  auto request = options.request<PaintRequest>();
  if (request.output.empty()) request.output = free_output_name({name_for(request)}).string();
  Studio studio(settings.threads);
  check(studio, request);
  TaskProgress progress(settings.verbosity());
  if (request.preview != "none") {
    studio.check_output(request.preview_path);
    progress.every(request.preview_interval,
                   [&](const Image& picture, std::int64_t) { studio.save(picture, request.preview_path); });
  }
  const auto paintings = studio.paint(request, progress);
  progress.finish();
  if (moves(request.output)) {
    studio.save_animation(paintings, request.output, 24);
    std::puts(request.output.c_str());
  } else if (packs(request.output)) {
    studio.save(paintings, request.output);
    std::puts(request.output.c_str());
  } else {
    for (std::size_t k = 0; k < paintings.size(); ++k) {
      const auto path = numbered(request.output, k, paintings.size());
      deliver(studio, paintings[k], path);
      std::puts(path.c_str());
    }
  }
  return paintings.back().stopped ? kExitStopped : 0;
}

}  // namespace

void add_paint_command(CLI::App& app, const Settings& settings, int& result) {
  auto& command = add_command(app, "paint", "paint from a trained model, or by rule");
  const auto options = std::make_shared<RequestOptions>(command, fields_of<PaintRequest>());
  command.callback([options, &settings, &result] { result = run(*options, settings); });
}

}  // namespace inkstone
