#include "train/watch/report.hpp"

#include "core/files.hpp"
#include "train/watch/append_file.hpp"
#include "train/watch/png.hpp"

namespace inkstone {
namespace {

using Json = nlohmann::json;

Json module_json(const RunDescription::Module& module) {
  const auto name = module.path.empty() ? module.network : module.network + "." + module.path;
  return {name, module.kind, module.output, module.parameters, module.flops};
}

int64_t seconds_since_1970() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

Report::Report(std::filesystem::path run, std::chrono::duration<double> every, std::size_t most_picture_bytes)
    : run_(std::move(run)), every_(every), history_(most_picture_bytes) {}

void Report::on_start(const RunDescription& run, int64_t first_step) {
  make_folder(run_);
  description_ = run;
  outcome_.reset();
  history_.read(run_, last_kept(first_step));
  write();
}

void Report::on_rollback(int64_t step) {
  history_.read(run_, step);
}

void Report::on_scalars(int64_t step, const std::map<std::string, double>& values) {
  history_.add_scalars(step, values);
  write_if_due();
}

void Report::on_pictures(int64_t step, const std::string& tag, const at::Tensor& grid) {
  history_.add_picture(step, tag, encode_png(grid));
  write();
}

void Report::on_message(int64_t step, const std::string& message) {
  history_.add_message(step, message);
  write_if_due();
}

void Report::on_finish(int64_t step, const std::string& outcome) {
  outcome_ = outcome;
  write();
}

void Report::write_if_due() {
  if (Clock::now() - written_ >= every_) write();
}

void Report::write() {
  auto data = history_.to_json();
  data["name"] = description_.name;
  data["family"] = description_.family;
  data["config"] = description_.config;
  data["steps"] = description_.steps;
  data["step"] = history_.latest_step();
  data["outcome"] = outcome_ ? Json(*outcome_) : Json();
  data["written"] = seconds_since_1970();
  auto& modules = data["modules"] = Json::array();
  for (const auto& module : description_.modules) modules.push_back(module_json(module));
  const auto page = report_page(description_.name, data.dump(-1, ' ', false, Json::error_handler_t::replace));
  write_file_atomic(run_ / "report.html", as_bytes(page));
  written_ = Clock::now();
}

}  // namespace inkstone
