#include "cli/peer_program.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <regex>

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr std::size_t kShownOutput = 400;  // bytes: the reason stands last

std::optional<double> last_number(const std::string& text, const char* pattern) {
  const std::regex wanted(pattern);
  std::optional<double> found;
  for (std::sregex_iterator it(text.begin(), text.end(), wanted), end; it != end; ++it) found = std::stod((*it)[1]);
  return found;
}

std::string read_all(int descriptor) {
  std::string text;
  char part[4096];
  for (ssize_t count; (count = ::read(descriptor, part, sizeof part)) != 0;) {
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    text.append(part, std::size_t(count));
  }
  return text;
}

// The end of what a program said, on one line.
std::string last_words(std::string text) {
  text.erase(text.find_last_not_of(" \n") + 1);
  if (text.size() > kShownOutput) text.erase(0, text.size() - kShownOutput);
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

[[noreturn]] void become(const std::string& command, const std::string& folder, int output) {
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  if (::chdir(folder.c_str()) == 0) ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
  ::_exit(127);
}

}  // namespace

PaintTimes read_times(std::string_view output, int steps) {
  const std::string text(output);
  PaintTimes times;
  times.evaluation = last_number(text, R"(evaluation seconds ([0-9.]+))");
  if (!times.evaluation)
    if (const auto walk = last_number(text, R"(sampling completed, taking ([0-9.]+)s)")) times.evaluation = *walk / steps;
  times.decode = last_number(text, R"(decode(?: seconds |_first_stage completed, taking )([0-9.]+))");
  times.first_step = last_number(text, R"(first step seconds ([0-9.]+))");
  return times;
}

PaintTimes time_program(const std::string& name, const std::string& command, const std::string& folder, int steps) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw Error(ErrorCategory::io, "cannot make a pipe for " + name);
  const auto start = std::chrono::steady_clock::now();
  const auto child = ::fork();
  if (child == 0) become(command, folder, ends[1]);
  ::close(ends[1]);
  const auto output = child > 0 ? read_all(ends[0]) : std::string("cannot start a shell");
  ::close(ends[0]);
  int status = 0;
  rusage used{};
  while (child > 0 && ::wait4(child, &status, 0, &used) < 0 && errno == EINTR) {
  }
  if (child < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw Error(ErrorCategory::io, fmt::format("{} did not paint; it said: {}", name, last_words(output)));
  auto times = read_times(output, steps);
  times.whole = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  times.peak_bytes = std::int64_t(used.ru_maxrss) * 1024;
  return times;
}

}  // namespace inkstone
