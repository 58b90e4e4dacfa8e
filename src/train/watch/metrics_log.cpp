#include "train/watch/metrics_log.hpp"

#include <sstream>

namespace inkstone {
namespace {

using OrderedJson = nlohmann::ordered_json;

std::filesystem::path log_of(const std::filesystem::path& run) {
  return run / "metrics.jsonl";
}

std::string line_of(const OrderedJson& object) {
  return object.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

bool is_kept(const OrderedJson& line, int64_t last_step) {
  if (!line.is_object()) return false;  // torn, or not ours
  const auto step = line.find("step");
  return step != line.end() && step->is_number_integer() && step->get<int64_t>() <= last_step;
}

}  // namespace

std::vector<OrderedJson> read_metrics(const std::filesystem::path& run, int64_t last_step) {
  std::vector<OrderedJson> lines;
  if (last_step < 0 || !std::filesystem::exists(log_of(run))) return lines;
  std::istringstream content(read_file(log_of(run)));
  for (std::string text; std::getline(content, text);)
    if (auto line = OrderedJson::parse(text, nullptr, false); is_kept(line, last_step)) lines.push_back(std::move(line));
  return lines;
}

MetricsLog::MetricsLog(std::filesystem::path run) : run_(std::move(run)) {}

void MetricsLog::on_start(const RunDescription&, int64_t first_step) {
  make_folder(run_);
  keep_until(last_kept(first_step));
}

void MetricsLog::keep_until(int64_t step) {
  std::string kept;
  for (const auto& line : read_metrics(run_, step)) kept += line_of(line);
  file_.reset();
  write_file_atomic(log_of(run_), as_bytes(kept));
  file_.emplace(log_of(run_));
}

void MetricsLog::on_scalars(int64_t step, const std::map<std::string, double>& values) {
  OrderedJson line = {{"step", step}};
  for (const auto& [name, value] : values) line[name] = value;
  write(line);
}

void MetricsLog::on_message(int64_t step, const std::string& message) {
  write({{"step", step}, {"message", message}});
}

void MetricsLog::on_finish(int64_t step, const std::string& outcome) {
  write({{"step", step}, {"outcome", outcome}});
}

void MetricsLog::write(const OrderedJson& line) {
  if (!file_) file_.emplace(log_of(run_));
  file_->append(as_bytes(line_of(line)));
}

}  // namespace inkstone
