#include "studio/jobs/process_mark.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include <fmt/format.h>

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

std::string first_word(const fs::path& file) {
  std::ifstream in(file);
  std::string word;
  in >> word;
  return word;
}

// Boot and process namespace: numbers of processes mean the same only within both.
std::string view() {
  std::error_code ignored;
  return first_word("/proc/sys/kernel/random/boot_id") + "/" + fs::read_symlink("/proc/self/ns/pid", ignored).string();
}

// In clock ticks since boot; empty where there is no such process. The name before it may hold blanks and brackets.
std::string start_time(const std::string& number) {
  constexpr int kFieldsToStart = 19;  // from the one behind the state
  std::ifstream in("/proc/" + number + "/stat");
  std::string line;
  if (!std::getline(in, line)) return {};
  std::istringstream rest(line.substr(line.rfind(')') + 2));
  std::string word;
  rest >> word;
  if (word == "Z" || word == "X") return {};  // dead, and not yet buried
  for (int k = 0; k < kFieldsToStart; ++k) rest >> word;
  return word;
}

}  // namespace

std::string this_process() {
  return fmt::format("{} {} {}", view(), ::getpid(), start_time("self"));
}

bool has_died(const std::string& mark) {
  std::istringstream words(mark);
  std::string place, number, started;
  if (!(words >> place >> number >> started) || place != view()) return false;
  return start_time(number) != started;
}

}  // namespace inkstone::studio
