#include "cli/exit_codes.hpp"

namespace inkstone {

int exit_code(ErrorCategory category) {
  switch (category) {
    case ErrorCategory::bad_argument:
      return kExitUsage;
    case ErrorCategory::not_found:
      return 3;
    case ErrorCategory::corrupt_file:
      return 4;
    case ErrorCategory::unsupported:
      return 5;
    case ErrorCategory::out_of_memory:
      return 6;
    case ErrorCategory::no_device:
      return 7;
    case ErrorCategory::io:
      return 8;
    case ErrorCategory::cancelled:
      return kExitStopped;
  }
  return 1;
}

}  // namespace inkstone
