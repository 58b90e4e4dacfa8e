// Ctrl-C while a task runs: the first asks it to stop between two steps, the second ends the program.
#pragma once

namespace inkstone {

// While it lives, SIGINT and SIGTERM are counted. One at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  bool requested() const;
};

}  // namespace inkstone
