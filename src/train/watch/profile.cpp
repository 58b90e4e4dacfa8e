#include "train/watch/profile.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/types.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "train/watch/append_file.hpp"
#include "train/watch/summary.hpp"

namespace inkstone {
namespace {

constexpr std::size_t kMostEvents = 1'000'000;
constexpr const char* kStep = "step";

std::string shapes_of(std::span<const c10::IValue> inputs) {
  std::string text;
  for (const auto& input : inputs) {
    if (!input.isTensor() || !input.toTensor().defined()) continue;
    text += fmt::format("{}[{}]", text.empty() ? "" : " ", fmt::join(input.toTensor().sizes(), ","));
  }
  return text;
}

std::string name_of(c10::Device device) {
  return device.is_cpu() ? "CPU" : device.str();
}

// Backward passes of functions of our own have the name of a template; the function's own name says it.
std::string name_of(const at::RecordFunction& operation) {
  std::string name = operation.name();
  if (!name.starts_with("torch::autograd::CppNode<") || !name.ends_with(">")) return name;
  name.pop_back();
  return name.substr(name.rfind(':') + 1) + "Backward";
}

// Perfetto's unit is the microsecond.
std::string microseconds(int64_t nanoseconds) {
  return fmt::format("{:.3f}", double(nanoseconds) / 1000);
}

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

struct OperatorProfile::Call : at::ObserverContext {
  std::string shapes;
  uint64_t thread = 0;
  int64_t start = 0, inside = 0, bytes = 0;  // inside: time of the operators that it called; bytes: theirs too
};

OperatorProfile::OperatorProfile() : thread_(at::RecordFunction::currentThreadId()) {
  OperatorListener& listener = *this;
  tap_ = std::make_unique<OperatorTap>(listener, OperatorTap::Wants{.backward = true, .memory = true});
}

OperatorProfile::~OperatorProfile() {
  stop();
}

void OperatorProfile::step(int64_t number) {
  const std::lock_guard lock(mutex_);
  end_step();
  step_ = number;
  step_start_ = now();
}

void OperatorProfile::stop() {
  if (!tap_) return;
  tap_.reset();
  const std::lock_guard lock(mutex_);
  end_step();
  wall_ = now();
}

void OperatorProfile::end_step() {
  if (step_ >= 0) events_.push_back({fmt::format("{} {}", kStep, step_), "", thread_, step_start_, now() - step_start_});
  step_ = -1;
}

std::unique_ptr<at::ObserverContext> OperatorProfile::on_enter(const at::RecordFunction& operation) {
  auto call = std::make_unique<Call>();
  const auto inputs = operation.inputs();
  call->shapes = shapes_of(std::span(inputs.data(), inputs.size()));
  call->thread = at::RecordFunction::currentThreadId();
  const std::lock_guard lock(mutex_);
  running_[call->thread].push_back(call.get());
  call->start = now();
  return call;
}

void OperatorProfile::on_exit(const at::RecordFunction& operation, at::ObserverContext* context) {
  const auto end = now();
  auto& call = static_cast<Call&>(*context);
  const std::lock_guard lock(mutex_);
  auto& stack = running_[call.thread];
  stack.erase(std::remove(stack.begin(), stack.end(), &call), stack.end());
  const auto duration = end - call.start;
  if (!stack.empty()) {
    stack.back()->inside += duration;
    stack.back()->bytes += call.bytes;
  }
  const auto name = name_of(operation);
  auto& totals = totals_[name];
  totals.name = name;
  ++totals.calls;
  totals.total_seconds += double(duration) * 1e-9;
  totals.self_seconds += double(duration - call.inside) * 1e-9;
  totals.bytes += call.bytes;
  if (events_.size() < kMostEvents)
    events_.push_back({name, std::move(call.shapes), call.thread, call.start, duration});
  else
    ++left_out_;
}

void OperatorProfile::on_memory(int64_t bytes, int64_t total, c10::Device device) {
  const std::lock_guard lock(mutex_);
  if (auto& stack = running_[at::RecordFunction::currentThreadId()]; !stack.empty()) stack.back()->bytes += bytes;
  const auto name = name_of(device);
  auto& in_use = in_use_[name];
  in_use = total > 0 ? total : in_use + bytes;
  if (memory_.size() < kMostEvents) memory_.push_back({name, now(), in_use});
}

std::string OperatorProfile::trace() const {
  const std::lock_guard lock(mutex_);
  std::string json = R"({"displayTimeUnit":"ms","traceEvents":[)";
  json += R"({"name":"process_name","ph":"M","pid":1,"tid":0,"args":{"name":"inkstone"}})";
  for (const auto& event : events_) {
    json += fmt::format(",\n{{\"name\":{},\"ph\":\"X\",\"pid\":1,\"tid\":{},\"ts\":{},\"dur\":{}", quoted(event.name),
                        event.thread, microseconds(event.start), microseconds(event.duration));
    json += event.shapes.empty() ? "}" : fmt::format(",\"args\":{{\"shapes\":{}}}}}", quoted(event.shapes));
  }
  for (const auto& event : memory_)
    json += fmt::format(",\n{{\"name\":{},\"ph\":\"C\",\"pid\":1,\"ts\":{},\"args\":{{\"bytes in use\":{}}}}}",
                        quoted("memory " + event.device), microseconds(event.time), event.total);
  return json + fmt::format("],\"otherData\":{{\"events left out\":{}}}}}\n", left_out_);
}

std::vector<OperatorTotals> OperatorProfile::totals() const {
  const std::lock_guard lock(mutex_);
  std::vector<OperatorTotals> totals;
  for (const auto& [name, item] : totals_) totals.push_back(item);
  std::sort(totals.begin(), totals.end(), [](const auto& a, const auto& b) { return a.self_seconds > b.self_seconds; });
  return totals;
}

std::string OperatorProfile::table(std::size_t rows) const {
  const auto all = totals();
  double sum = 0;
  std::size_t width = 8;
  for (const auto& item : all) sum += item.self_seconds;
  for (std::size_t k = 0; k < std::min(rows, all.size()); ++k) width = std::max(width, all[k].name.size());
  auto text = fmt::format("{:<{}}  {:>10}  {:>6}  {:>10}  {:>8}  {:>10}\n", "operator", width, "self ms", "self %", "total ms",
                          "calls", "net bytes");
  for (std::size_t k = 0; k < std::min(rows, all.size()); ++k) {
    const auto& item = all[k];
    text += fmt::format("{:<{}}  {:>10.2f}  {:>6.1f}  {:>10.2f}  {:>8}  {:>10}\n", item.name, width, item.self_seconds * 1e3,
                        100 * item.self_seconds / std::max(sum, 1e-12), item.total_seconds * 1e3, item.calls,
                        short_number(double(item.bytes)));
  }
  return text + fmt::format("{:.2f} ms in {} operators, {:.2f} ms by the clock\n", sum * 1e3, all.size(),
                            double(wall_ > 0 ? wall_ : now()) * 1e-6);
}

ProfiledSteps::ProfiledSteps(std::filesystem::path run, int64_t steps) : run_(std::move(run)), steps_(steps) {}

bool ProfiledSteps::before_step(int64_t number) {
  if (steps_ <= 0) return false;
  if (warm_up_-- > 0) return false;
  if (profile_ && steps_-- == 1) return finish();
  if (!profile_) profile_ = std::make_unique<OperatorProfile>();
  profile_->step(number);
  return false;
}

bool ProfiledSteps::finish() {
  steps_ = 0;
  if (!profile_) return false;
  profile_->stop();
  table_ = profile_->table();
  make_folder(run_);
  write_file_atomic(run_ / "profile.json", as_bytes(profile_->trace()));
  write_file_atomic(run_ / "profile.txt", as_bytes(table_));
  profile_.reset();
  return true;
}

}  // namespace inkstone
