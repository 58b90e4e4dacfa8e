// Another program at one end of a pipe, run without a shell: frames out of ffmpeg and into it, as they come.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace inkstone {

class PipedProcess {
 public:
  enum class End { reads_from_it, writes_to_it };

  // Runs words[0] from PATH; what it says on stderr is kept. Throws unsupported when it is not installed, io when it cannot be
  // started.
  PipedProcess(const std::vector<std::string>& words, End end);
  ~PipedProcess();  // ends it where it still runs
  PipedProcess(const PipedProcess&) = delete;
  PipedProcess& operator=(const PipedProcess&) = delete;

  // Fills all of bytes; false at the end of what there is, where less came.
  bool read(std::span<std::byte> bytes);
  // False where the program no longer listens.
  bool write(std::span<const std::byte> bytes);

  // Closes the pipe and waits. The exit code, 128 + n where signal n ended it.
  int finish();
  // The end of what it said, once finished.
  const std::string& complaint() const { return complaint_; }

 private:
  void close_pipe();
  void collect_complaint();

  int pipe_ = -1, errors_ = -1;
  int child_ = -1;
  std::string complaint_;
};

}  // namespace inkstone
