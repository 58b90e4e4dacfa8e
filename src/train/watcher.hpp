// Who writes down what happens in a run: metrics.jsonl, TensorBoard events, the HTML report. Called from the loop's thread, on
// the first process only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace inkstone {

struct RunDescription {
  std::string name, family;
  std::string config;  // the TOML that the run goes by, complete
  int64_t steps = 0;
  struct Module {
    std::string network, path, kind;
    std::vector<int64_t> output;
    int64_t parameters = 0;
    double flops = 0;
  };                            // flops: forward, one picture
  std::vector<Module> modules;  // in order of the first call
};

class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void on_start(const RunDescription&, int64_t first_step) {}  // first_step > 0: resumed; drop what was written beyond it
  virtual void on_rollback(int64_t step) {}  // after divergence: the run is back there; drop what is beyond
  virtual void on_scalars(int64_t step, const std::map<std::string, double>&) {
  }  // steps done so far; "seconds" is wall time since the start
  virtual void on_pictures(int64_t step, const std::string& tag, const at::Tensor& grid) {}         // uint8 [C,H,W]
  virtual void on_histograms(int64_t step, const std::map<std::string, at::Tensor>& parameters) {}  // float tensors by name
  virtual void on_message(int64_t step, const std::string& message) {}
  virtual void on_finish(int64_t step, const std::string& outcome) {}  // flushes; also called when stopped
};

}  // namespace inkstone
