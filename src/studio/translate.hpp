// The one place where what libraries throw becomes inkstone::Error.
#pragma once

#include <exception>

namespace inkstone::studio {

// Call inside a catch block: rethrows what is being handled as Error. An Error goes through unchanged.
[[noreturn]] void rethrow_translated();

template <class Task>
auto translated(Task&& task) {
  try {
    return task();
  } catch (...) {
    rethrow_translated();
  }
}

}  // namespace inkstone::studio
