// What the catalogue's tests share: a folder that vanishes, an observer that records and can stop, the category of an error.
#pragma once

#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "inkstone/error.hpp"
#include "inkstone/observer.hpp"

namespace inkstone::test {

class Scratch {
 public:
  Scratch() {
    auto form = (std::filesystem::temp_directory_path() / "inkstone-test-XXXXXX").string();
    path_ = ::mkdtemp(form.data());
  }
  ~Scratch() { std::filesystem::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class Recorder : public Observer {
 public:
  void on_progress(const Progress& progress) override {
    last_step = progress.step;
    total = progress.total;
  }
  void on_message(std::string_view message) override { messages.emplace_back(message); }
  bool stop_requested() override { return stop; }

  std::int64_t last_step = -1, total = -1;
  std::vector<std::string> messages;
  std::atomic<bool> stop = false;  // a server's thread may set it
};

struct Caught {
  ErrorCategory category;
  std::string message;
};

template <class Body>
std::optional<Caught> caught(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    return Caught{error.category(), error.what()};
  }
  return std::nullopt;
}

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace inkstone::test
