#include "cli/interrupt.hpp"

#include <signal.h>

namespace inkstone {
namespace {

// A signal handler can reach nothing but a variable of the program.
volatile sig_atomic_t interrupted = 0;

void on_signal(int) {
  interrupted = 1;
}

void install(int signal) {
  struct sigaction action {};
  action.sa_handler = &on_signal;
  action.sa_flags = SA_RESETHAND | SA_RESTART;  // the second one takes the default: it ends the program
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

Interrupt::Interrupt() {
  interrupted = 0;
  install(SIGINT);
  install(SIGTERM);
}

Interrupt::~Interrupt() {
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
}

bool Interrupt::requested() const {
  return interrupted != 0;
}

}  // namespace inkstone
