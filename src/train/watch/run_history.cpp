#include "train/watch/run_history.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/files.hpp"
#include "train/watch/base64.hpp"
#include "train/watch/grid.hpp"
#include "train/watch/metrics_log.hpp"

namespace inkstone {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostPoints = 1500, kMostMessages = 300;

// Six digits are more than a curve shows.
Json short_value(double value) {
  if (!std::isfinite(value) || value == 0) return value;
  const double scale = std::pow(10.0, 5 - std::floor(std::log10(std::abs(value))));
  return std::isfinite(scale) ? std::round(value * scale) / scale : value;
}

Json curve_json(const Curve& curve) {
  const auto shown = curve.thinned(kMostPoints);
  auto values = Json::array();
  for (const double value : shown.values) values.push_back(short_value(value));
  return {shown.steps, values};
}

std::size_t bytes_of(const std::vector<DatedPicture>& pictures) {
  std::size_t sum = 0;
  for (const auto& picture : pictures) sum += picture.png.size();
  return sum;
}

// Every second one goes; the first and the newest stay.
void halve(std::vector<DatedPicture>& pictures) {
  std::vector<DatedPicture> kept;
  for (std::size_t k = 0; k < pictures.size(); ++k)
    if (k % 2 == 0 || k + 1 == pictures.size()) kept.push_back(std::move(pictures[k]));
  pictures = std::move(kept);
}

// Of the points [first, last): indices of the lowest and the highest, in order; of any where none is finite.
std::pair<std::size_t, std::size_t> extremes(const std::vector<double>& values, std::size_t first, std::size_t last) {
  std::size_t low = first, high = first;
  for (auto k = first; k < last; ++k) {
    if (!std::isfinite(values[k])) continue;
    if (!std::isfinite(values[low]) || values[k] < values[low]) low = k;
    if (!std::isfinite(values[high]) || values[k] >= values[high]) high = k;
  }
  return std::minmax(low, high);
}

}  // namespace

void Curve::add(int64_t step, double value) {
  steps.push_back(step);
  values.push_back(value);
}

Curve Curve::thinned(std::size_t most) const {
  if (steps.size() <= most) return *this;
  Curve kept;
  const auto stretches = most / 2;
  for (std::size_t k = 0; k < stretches; ++k) {
    const auto [one, other] = extremes(values, k * steps.size() / stretches, (k + 1) * steps.size() / stretches);
    kept.add(steps[one], values[one]);
    if (other != one) kept.add(steps[other], values[other]);
  }
  return kept;
}

void RunHistory::read(const std::filesystem::path& run, int64_t last_step) {
  *this = RunHistory(most_picture_bytes_);
  for (const auto& line : read_metrics(run, last_step)) read_line(line);
  std::error_code missing;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(grid_folder(run, "samples"), missing))
    if (const auto step = step_of_grid(entry.path()); step >= 0 && step <= last_step) files.push_back(entry.path());
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return step_of_grid(a) < step_of_grid(b); });
  for (const auto& file : files) add_picture(step_of_grid(file), "samples", read_file(file));
}

void RunHistory::read_line(const nlohmann::ordered_json& line) {
  const auto step = line.at("step").get<int64_t>();
  std::map<std::string, double> values;
  for (const auto& [name, value] : line.items()) {
    if (name == "message" && value.is_string())
      add_message(step, value.get<std::string>());
    else if (name != "step" && (value.is_number() || value.is_null()))
      values[name] = value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
  }
  add_scalars(step, values);
}

void RunHistory::add_scalars(int64_t step, const std::map<std::string, double>& values) {
  latest_step_ = std::max(latest_step_, step);
  for (const auto& [name, value] : values) curves_[name].add(step, value);
}

void RunHistory::add_picture(int64_t step, const std::string& tag, std::string png) {
  auto& pictures = pictures_[tag];
  pictures.push_back({step, std::move(png)});
  while (pictures.size() > 2 && bytes_of(pictures) > most_picture_bytes_) halve(pictures);
}

void RunHistory::add_message(int64_t step, const std::string& message) {
  latest_step_ = std::max(latest_step_, step);
  messages_.emplace_back(step, message);
  if (messages_.size() > kMostMessages) messages_.erase(messages_.begin());
}

Json RunHistory::to_json() const {
  auto curves = Json::object(), pictures = Json::object();
  for (const auto& [name, curve] : curves_) curves[name] = curve_json(curve);
  for (const auto& [tag, dated] : pictures_) {
    auto& list = pictures[tag] = Json::array();
    for (const auto& picture : dated) list.push_back({picture.step, "data:image/png;base64," + to_base64(as_bytes(picture.png))});
  }
  return {{"curves", curves}, {"messages", messages_}, {"pictures", pictures}};
}

}  // namespace inkstone
