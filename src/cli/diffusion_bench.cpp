#include "cli/diffusion_bench.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <thread>
#include <vector>

#include <unistd.h>

#include <fmt/format.h>

#include "cli/peer_program.hpp"
#include "cli/request_options.hpp"
#include "cli/shell_words.hpp"
#include "core/files.hpp"
#include "core/memory.hpp"
#include "core/scratch_folder.hpp"
#include "core/toml.hpp"
#include "inkstone/diffusion_bench_request.hpp"
#include "inkstone/studio.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

using Clock = std::chrono::steady_clock;

double seconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

// When each step of the walk ended and when the decoder worked.
class Stopwatch : public TaskProgress {
 public:
  using TaskProgress::TaskProgress;

  void on_progress(const Progress& progress) override {
    TaskProgress::on_progress(progress);
    const auto now = Clock::now();
    if (progress.stage == "paint") steps_.push_back(now);
    if (progress.stage == "decode") (progress.step == 0 ? decode_begun_ : decode_done_) = now;
  }

  // The first step is left out: it alone packs weights. whole: counted from process_start.
  PaintTimes times(Clock::time_point process_start) const {
    if (steps_.size() < 2) throw Error(ErrorCategory::cancelled, "stopped before the second step; there is nothing to tell");
    PaintTimes times;
    times.evaluation = seconds_between(steps_.front(), steps_.back()) / double(steps_.size() - 1);
    times.decode = seconds_between(decode_begun_, decode_done_);
    times.first_step = seconds_between(process_start, steps_.front()) - *times.evaluation;
    times.whole = seconds_between(process_start, Clock::now());
    return times;
  }

 private:
  std::vector<Clock::time_point> steps_;
  Clock::time_point decode_begun_, decode_done_;
};

// The start of this process on the steady clock, to a hundredth of a second: field 22 of /proc/self/stat, in ticks since boot.
Clock::time_point process_start() {
  std::ifstream stat("/proc/self/stat"), uptime("/proc/uptime");
  std::string text;
  std::getline(stat, text);
  std::istringstream fields(text.substr(std::min(text.rfind(')'), text.size())));
  std::string skipped;
  for (int i = 0; i < 20; ++i) fields >> skipped;
  double ticks = 0, up = 0;
  if (!(fields >> ticks) || !(uptime >> up)) return Clock::now();
  const std::chrono::duration<double> age(up - ticks / double(::sysconf(_SC_CLK_TCK)));
  return Clock::now() - std::chrono::duration_cast<Clock::duration>(age);
}

PaintRequest paint_request(const DiffusionBenchRequest& request) {
  PaintRequest paint;
  paint.model = request.model;
  paint.prompt = request.prompt;
  paint.width = request.width, paint.height = request.height;
  paint.steps = request.steps;
  paint.sampler = request.sampler;
  paint.guidance = request.guidance;
  paint.precision = request.type;
  return paint;
}

PaintTimes time_own(const DiffusionBenchRequest& request, const Settings& settings, const fs::path& folder) {
  Studio studio(settings.threads);
  Stopwatch watch(settings.verbosity());
  const auto paintings = studio.paint(paint_request(request), watch);
  watch.finish();
  studio.save(paintings.front(), folder / "inkstone.png");
  auto times = watch.times(process_start());
  times.peak_bytes = peak_memory();
  return times;
}

std::string filled(std::string command, const std::map<std::string, std::string>& values) {
  for (const auto& [name, value] : values) {
    const auto place = "{" + name + "}";
    const auto word = shell_word(value);
    for (auto at = command.find(place); at != std::string::npos; at = command.find(place, at + word.size()))
      command.replace(at, place.size(), word);
  }
  return command;
}

std::string figure(const std::optional<double>& seconds) {
  return seconds ? fmt::format("{:.2f}", *seconds) : "-";
}

// Times one is slower than the other, where both tell.
std::string ratio(const std::optional<double>& own, const std::optional<double>& other) {
  return own && other && *own > 0 ? fmt::format("{:.2f}x", *other / *own) : "-";
}

void print_row(const std::string& name, const PaintTimes& times, const PaintTimes& own) {
  fmt::print("| {} | {} | {} | {} | {} | {:.2f} | {:.2f}x | {} | {:.2f} |\n", name, figure(times.first_step),
             figure(times.evaluation), ratio(own.evaluation, times.evaluation), figure(times.decode), times.whole,
             times.whole / own.whole, ratio(own.decode, times.decode), double(times.peak_bytes) / 1e9);
  std::fflush(stdout);
}

int run(const DiffusionBenchRequest& request, const Settings& settings) {
  if (request.model.empty()) throw Error(ErrorCategory::bad_argument, "no checkpoint; name one with --model");
  const auto peers = request.peers.empty() ? TomlDocument{nlohmann::json::object(), {}, ""}
                                           : parse_toml(read_file(request.peers), request.peers);
  const ScratchFolder folder(fs::temp_directory_path(), "inkstone-bench-");
  const auto own = time_own(request, settings, folder.path());
  fmt::print("{}x{}, {} steps of {}, guidance {}, seconds; x: times as long as inkstone\n\n", request.width, request.height,
             request.steps, request.sampler, request.guidance);
  fmt::print(
      "| program | to the first step | evaluation | x | decode | whole picture | x | decode x | peak GB "
      "|\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
  print_row("inkstone", own, own);
  const auto threads = settings.threads > 0 ? settings.threads : int(std::thread::hardware_concurrency());
  for (const auto& [name, command] : peers.values.items()) {
    if (!command.is_string()) throw Error(ErrorCategory::bad_argument, peers.place(name) + ": NAME = \"COMMAND\" is asked for");
    const auto line = filled(command.get<std::string>(), {{"model", fs::absolute(request.model.value).string()},
                                                          {"prompt", request.prompt},
                                                          {"width", std::to_string(request.width)},
                                                          {"height", std::to_string(request.height)},
                                                          {"steps", std::to_string(request.steps)},
                                                          {"guidance", fmt::format("{}", request.guidance)},
                                                          {"threads", std::to_string(threads)},
                                                          {"output", (folder.path() / "peer.png").string()}});
    print_row(name, time_program(name, line, fs::absolute(request.peers).parent_path().string(), request.steps), own);
  }
  return 0;
}

}  // namespace

void add_diffusion_bench(CLI::App& bench, const Settings& settings, int& result) {
  auto& command = add_command(bench, "sd", "a picture by a Stable Diffusion checkpoint, part by part, beside other programs");
  const auto options = std::make_shared<RequestOptions>(command, fields_of<DiffusionBenchRequest>());
  command.callback([options, &settings, &result] { result = run(options->request<DiffusionBenchRequest>(), settings); });
}

}  // namespace inkstone
