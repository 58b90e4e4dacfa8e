#include "train/watch/tensorboard.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "train/watch/png.hpp"

namespace inkstone {
namespace {

double system_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string host() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 && name[0] != 0 ? name.data() : "localhost";
}

std::vector<std::filesystem::path> event_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().filename().string().starts_with("events.out.tfevents.")) files.push_back(entry.path());
  return files;
}

// TensorBoard reads files in the order of their names and never goes back: a new one must come last, whatever the clock says.
std::filesystem::path next_file(const std::filesystem::path& folder, double seconds) {
  const auto files = event_files(folder);
  const auto latest = files.empty() ? std::filesystem::path() : *std::max_element(files.begin(), files.end());
  for (auto second = static_cast<int64_t>(seconds);; ++second) {
    auto path = folder / fmt::format("events.out.tfevents.{:010}.{}", second, host());
    if (path > latest) return path;
  }
}

// Markdown keeps text as it is where every line is indented.
std::string as_code(const std::string& text) {
  std::string code = "    ";
  for (const char c : text) code += c == '\n' ? "\n    " : std::string(1, c);
  return code;
}

}  // namespace

TensorBoard::TensorBoard(std::filesystem::path run, std::function<double()> clock)
    : folder_(std::move(run) / "tensorboard"), clock_(clock ? std::move(clock) : system_seconds) {}

void TensorBoard::on_start(const RunDescription& run, int64_t first_step) {
  file_.reset();
  make_folder(folder_);
  if (first_step == 0)
    for (const auto& stale : event_files(folder_)) std::filesystem::remove(stale);
  const bool has_graph = !event_files(folder_).empty();  // readers complain of a second one
  open();
  if (first_step > 0) restart(first_step);
  if (!run.config.empty()) write(text_event(at_step(first_step), "config", as_code(run.config)));
  if (!run.modules.empty() && !has_graph) write(graph_event(at_step(first_step), run.modules));
}

void TensorBoard::on_rollback(int64_t step) {
  open();
  restart(step);
}

// Readers drop points at the step of this event and later; those of the checkpoint's own step stay.
void TensorBoard::restart(int64_t step) {
  write(restart_event(at_step(step + 1)));
}

void TensorBoard::on_scalars(int64_t step, const std::map<std::string, double>& values) {
  if (!values.empty()) write(scalars_event(at_step(step), values));
}

void TensorBoard::on_pictures(int64_t step, const std::string& tag, const at::Tensor& grid) {
  write(picture_event(at_step(step), tag, grid.size(0), grid.size(1), grid.size(2), encode_png(grid)));
}

void TensorBoard::on_histograms(int64_t step, const std::map<std::string, at::Tensor>& parameters) {
  std::map<std::string, Histogram> histograms;
  for (const auto& [name, values] : parameters)
    if (auto histogram = histogram_of(values)) histograms.emplace(name, *std::move(histogram));
  if (!histograms.empty()) write(histograms_event(at_step(step), histograms));
}

void TensorBoard::on_message(int64_t step, const std::string& message) {
  write(text_event(at_step(step), "messages", message));
}

void TensorBoard::on_finish(int64_t step, const std::string& outcome) {
  write(text_event(at_step(step), "outcome", outcome));
}

void TensorBoard::open() {
  make_folder(folder_);
  const auto seconds = clock_();
  file_.emplace(next_file(folder_, seconds));
  write(version_event(seconds));
}

void TensorBoard::write(const std::string& event) {
  if (!file_) open();
  file_->append(as_bytes(framed_record(event)));
}

}  // namespace inkstone
