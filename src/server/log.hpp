// What happened, a JSON object to a line: to stderr for who runs the server, and to a file for who must answer for it (the audit
// log: who asked for what with which outcome; never words, pictures or tokens).
#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace inkstone::server {

class Log {
 public:
  // file empty: stderr. A file is opened anew for every line, so that it can be moved away, and is its owner's alone.
  explicit Log(std::filesystem::path file = {});

  // fields: an object; time and event come before. Never throws: a full disk must not stop the work.
  void write(std::string_view event, const nlohmann::ordered_json& fields) noexcept;

 private:
  std::filesystem::path file_;
  std::mutex mutex_;
};

// "2026-01-31T12:00:00.250Z" of milliseconds since 1970 (RFC 3339).
std::string time_text(std::int64_t milliseconds);
std::int64_t current_milliseconds();

}  // namespace inkstone::server
