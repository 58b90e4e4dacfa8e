// The one exception of the library. Its category decides the exit code of the command line and the
// status of the server; its message is one sentence that says what is wrong and what to do.
#pragma once

#include <stdexcept>
#include <string>

namespace inkstone {

enum class ErrorCategory {
  bad_argument,   // the request is wrong: an option, a size, a combination
  not_found,      // a file, a model or a name does not exist
  corrupt_file,   // a file is truncated, contradicts itself or is not what its name says
  unsupported,    // well formed, but outside what this build can do
  out_of_memory,  // refused before starting, or the allocator failed
  no_device,
  io,  // disk full, permission denied, network down
  cancelled,
};

class Error : public std::runtime_error {
 public:
  Error(ErrorCategory category, const std::string& message) : std::runtime_error(message), category_(category) {}
  ErrorCategory category() const noexcept { return category_; }

 private:
  ErrorCategory category_;
};

}  // namespace inkstone
