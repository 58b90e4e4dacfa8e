#include "core/memory.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>

namespace inkstone {
namespace {

constexpr std::uint64_t kUnknownMemory = std::numeric_limits<std::uint64_t>::max();

// The number behind a key of a file whose lines are "key: number kB" or "key number".
std::uint64_t number_in_lines(const char* path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(key)) return std::strtoull(line.c_str() + key.size(), nullptr, 10);
  return kUnknownMemory;
}

std::uint64_t number_of_file(const char* path) {
  std::ifstream file(path);
  std::uint64_t number = 0;
  return file >> number ? number : kUnknownMemory;  // "max" is no number
}

std::uint64_t memory_left(std::uint64_t limit, std::uint64_t used) {
  return limit == kUnknownMemory ? kUnknownMemory : limit - std::min(limit, used);
}

// A line of what the kernel knows about this process, in bytes.
std::int64_t bytes_of_process(const std::string& key) {
  const auto kilobytes = number_in_lines("/proc/self/status", key);
  return kilobytes == kUnknownMemory ? 0 : std::int64_t(kilobytes) * 1024;
}

std::uint64_t left_by_kernel() {
  const auto kilobytes = number_in_lines("/proc/meminfo", "MemAvailable:");
  return kilobytes == kUnknownMemory ? kUnknownMemory : kilobytes * 1024;
}

// Pages of files count as used, but are given back.
std::uint64_t left_by_group() {
  const auto used = number_of_file("/sys/fs/cgroup/memory.current"),
             files = number_in_lines("/sys/fs/cgroup/memory.stat", "inactive_file ");
  if (used == kUnknownMemory) return kUnknownMemory;
  return memory_left(number_of_file("/sys/fs/cgroup/memory.max"), used - std::min(used, files == kUnknownMemory ? 0 : files));
}

std::uint64_t left_by_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return kUnknownMemory;
  return memory_left(limit.rlim_cur, std::uint64_t(bytes_of_process("VmSize:")));
}

}  // namespace

std::uint64_t available_memory() {
  return std::min({left_by_kernel(), left_by_group(), left_by_limit()});
}

std::int64_t peak_memory() {
  return bytes_of_process("VmHWM:");
}

std::int64_t resident_memory() {
  return bytes_of_process("VmRSS:");
}

}  // namespace inkstone
