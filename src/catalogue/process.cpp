#include "catalogue/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include <fmt/format.h>

#include "core/files.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(50);
constexpr auto kGrace = std::chrono::seconds(2);
constexpr std::size_t kOutputTail = 2000;

class SpawnSetup {
 public:
  SpawnSetup(const std::filesystem::path& folder, const std::filesystem::path& log) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
    posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, 1, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions_, 1, 2);
    // a group of its own: Ctrl-C reaches us alone, and its children end with it
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes_, 0);
  }
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;

  int spawn(pid_t& child, const std::vector<std::string>& words) const {
    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    return ::posix_spawnp(&child, arguments[0], &actions_, &attributes_, arguments.data(), environ);
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// Waits at most `time`; absent while the child still runs.
std::optional<int> wait_for(pid_t child, std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  for (;;) {
    int status = 0;
    const auto got = ::waitpid(child, &status, WNOHANG);
    if (got == child) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (got < 0 && errno != EINTR) return 127;
    if (std::chrono::steady_clock::now() >= end) return std::nullopt;
    std::this_thread::sleep_for(std::min<std::chrono::milliseconds>(time, std::chrono::milliseconds(10)));
  }
}

void end_group(pid_t child) {
  ::kill(-child, SIGTERM);
  if (wait_for(child, kGrace)) return;
  ::kill(-child, SIGKILL);
  wait_for(child, kGrace);
}

std::string tail_of(const std::filesystem::path& log) {
  auto text = read_file(log);
  return text.size() > kOutputTail ? text.substr(text.size() - kOutputTail) : text;
}

}  // namespace

std::optional<ProcessResult> run_process(const std::vector<std::string>& words, const std::filesystem::path& folder,
                                         const std::function<bool()>& keep_going) {
  const auto log = folder / "output.log";
  pid_t child = 0;
  const int code = SpawnSetup(folder, log).spawn(child, words);
  if (code == ENOENT) throw Error(ErrorCategory::unsupported, fmt::format("'{}' is not installed", words[0]));
  if (code != 0) throw Error(ErrorCategory::io, fmt::format("cannot run '{}': {}", words[0], std::strerror(code)));
  for (;;) {
    if (const auto status = wait_for(child, kPoll)) return ProcessResult{*status, tail_of(log)};
    if (keep_going()) continue;
    end_group(child);
    return std::nullopt;
  }
}

}  // namespace inkstone
