// A download on the terminal: one line that rewrites itself, Ctrl-C that stops it and keeps what has come.
#pragma once

#include "cli/interrupt.hpp"
#include "inkstone/observer.hpp"

namespace inkstone {

class PullProgress : public Observer {
 public:
  PullProgress();
  ~PullProgress() override;
  PullProgress(const PullProgress&) = delete;
  PullProgress& operator=(const PullProgress&) = delete;

  void on_progress(const Progress& progress) override;
  void on_message(std::string_view message) override;
  bool stop_requested() override;

 private:
  void clear_line();

  Interrupt interrupt_;
  bool terminal_;  // elsewhere only messages are written
  bool line_open_ = false;
};

}  // namespace inkstone
