#include "cli/loss_log.hpp"

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {

LossLog::LossLog(const std::filesystem::path& path) : path_(path), file_(std::fopen(path.c_str(), "w"), &std::fclose) {
  if (!file_)
    throw Error(ErrorCategory::io, fmt::format("cannot write the losses to {}: {}", path.string(), std::strerror(errno)));
}

void LossLog::add(const Progress& progress) {
  if (progress.values.empty()) return;
  std::string head = "step,stage", line = fmt::format("{},{}", progress.step, progress.stage);
  for (const auto& [name, value] : progress.values) {
    head += fmt::format(",{}", name);
    line += fmt::format(",{}", value);
  }
  if (!std::exchange(headed_, true)) write(head);
  write(line);
}

void LossLog::write(const std::string& line) {
  if (std::fprintf(file_.get(), "%s\n", line.c_str()) < 0 || std::fflush(file_.get()) != 0)
    throw Error(ErrorCategory::io, fmt::format("cannot write the losses to {}: {}", path_.string(), std::strerror(errno)));
}

}  // namespace inkstone
