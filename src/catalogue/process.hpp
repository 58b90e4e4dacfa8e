// Another program, run without a shell.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace inkstone {

struct ProcessResult {
  int status = 0;      // exit code; 128 + n when signal n ended it
  std::string output;  // the end of what it wrote, both streams
};

// Runs words[0] from PATH in folder, its output going to a file there. keep_going is asked every 50 ms; once it says no
// the program and its children are ended and the result is absent.
// Throws unsupported when the program is not installed, io when it cannot be started.
std::optional<ProcessResult> run_process(const std::vector<std::string>& words, const std::filesystem::path& folder,
                                         const std::function<bool()>& keep_going);

}  // namespace inkstone
