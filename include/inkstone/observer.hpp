// How a long task tells its caller where it is, and how the caller stops it between two steps.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace inkstone {

struct Image;

struct NamedValue {
  std::string_view name;
  double value;
};

struct Progress {
  std::string_view stage;              // "stylize 512 px", "download vgg19"
  int64_t step = 0;                    // done so far, in stage
  int64_t total = 0;                   // 0: unknown
  std::span<const NamedValue> values;  // losses, rates
  double seconds_left = -1;            // over all stages; negative: unknown
};

// Called from the thread that runs the task. The defaults ignore everything and never stop.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_progress(const Progress&) {}
  // wants_preview is asked each step, so that a preview is made only where somebody looks at it.
  virtual bool wants_preview(int64_t step) { return false; }
  virtual void on_preview(const Image&, int64_t step) {}
  virtual void on_message(std::string_view message) {}
  virtual bool stop_requested() { return false; }
};

}  // namespace inkstone
