#include "server/log.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <chrono>
#include <cstdio>
#include <ctime>

#include <fmt/format.h>

namespace inkstone::server {

Log::Log(std::filesystem::path file) : file_(std::move(file)) {}

void Log::write(std::string_view event, const nlohmann::ordered_json& fields) noexcept {
  try {
    nlohmann::ordered_json line = {{"time", time_text(current_milliseconds())}, {"event", event}};
    line.update(fields);
    const auto text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    const std::lock_guard lock(mutex_);
    const int descriptor = file_.empty() ? STDERR_FILENO : ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (descriptor < 0) return;
    [[maybe_unused]] const auto written = ::write(descriptor, text.data(), text.size());
    if (!file_.empty()) ::close(descriptor);
  } catch (const std::exception&) {
  }
}

std::string time_text(std::int64_t milliseconds) {
  const std::time_t seconds = milliseconds / 1000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec, milliseconds % 1000);
}

std::int64_t current_milliseconds() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace inkstone::server
