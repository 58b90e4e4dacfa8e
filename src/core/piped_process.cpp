#include "core/piped_process.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inkstone/error.hpp"

extern char** environ;

namespace inkstone {
namespace {

constexpr off_t kMostComplaint = 4000;  // bytes: enough for the reason, which stands last

// With a process group of its own: a Ctrl-C on the terminal is for this program, which then lets the other finish its file.
struct SpawnActions {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  SpawnActions() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes, 0);
  }
  ~SpawnActions() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
};

// A file without a name, which goes with its last descriptor: a pipe would have to be emptied while the program runs.
int nameless_file() {
  char name[] = "/tmp/inkstone-stderr-XXXXXX";
  const int file = ::mkostemp(name, O_CLOEXEC);
  if (file >= 0) ::unlink(name);
  return file;
}

}  // namespace

PipedProcess::PipedProcess(const std::vector<std::string>& words, End end) {
  int ends[2];
  errors_ = nameless_file();
  if (errors_ < 0 || ::pipe2(ends, O_CLOEXEC) != 0)
    throw Error(ErrorCategory::io, "cannot make a pipe to " + words[0] + ": " + std::strerror(errno));
  const bool reads = end == End::reads_from_it;
  pipe_ = ends[reads ? 0 : 1];
  const int its = ends[reads ? 1 : 0];
  SpawnActions spawn;
  posix_spawn_file_actions_adddup2(&spawn.actions, its, reads ? STDOUT_FILENO : STDIN_FILENO);
  posix_spawn_file_actions_addopen(&spawn.actions, reads ? STDIN_FILENO : STDOUT_FILENO, "/dev/null", O_RDWR, 0);
  posix_spawn_file_actions_adddup2(&spawn.actions, errors_, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const int failed = ::posix_spawnp(&child_, arguments[0], &spawn.actions, &spawn.attributes, arguments.data(), environ);
  ::close(its);
  if (failed == 0) return;
  child_ = -1;
  close_pipe();
  if (failed == ENOENT)
    throw Error(ErrorCategory::unsupported, words[0] + " is not installed; films need it (Debian: apt install ffmpeg)");
  throw Error(ErrorCategory::io, "cannot start " + words[0] + ": " + std::strerror(failed));
}

PipedProcess::~PipedProcess() {
  if (child_ > 0) {
    ::kill(child_, SIGTERM);
    finish();
  }
  close_pipe();
  if (errors_ >= 0) ::close(errors_);
}

void PipedProcess::close_pipe() {
  if (pipe_ >= 0) ::close(pipe_);
  pipe_ = -1;
}

bool PipedProcess::read(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const auto count = ::read(pipe_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes = bytes.subspan(std::size_t(count));
  }
  return true;
}

bool PipedProcess::write(std::span<const std::byte> bytes) {
  // a program that has gone must not take this one with it
  sigset_t broken, before;
  sigemptyset(&broken);
  sigaddset(&broken, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken, &before);
  bool good = true;
  while (good && !bytes.empty()) {
    const auto count = ::write(pipe_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    good = count > 0;
    if (good) bytes = bytes.subspan(std::size_t(count));
  }
  if (!good) {
    const timespec now{0, 0};
    sigtimedwait(&broken, nullptr, &now);
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return good;
}

int PipedProcess::finish() {
  close_pipe();
  if (child_ <= 0) return 0;
  int status = 0;
  while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
  }
  child_ = -1;
  collect_complaint();
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void PipedProcess::collect_complaint() {
  const off_t size = ::lseek(errors_, 0, SEEK_END), first = size > kMostComplaint ? size - kMostComplaint : 0;
  complaint_.resize(size > first ? std::size_t(size - first) : 0);
  const auto count = ::pread(errors_, complaint_.data(), complaint_.size(), first);
  complaint_.resize(count > 0 ? std::size_t(count) : 0);
}

}  // namespace inkstone
