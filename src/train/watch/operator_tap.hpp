// Listens to every operator that libtorch runs for one thread, and to the threads that work on its behalf (a GPU's backward
// pass): what the model summary counts and the profile times. Built on at::RecordFunction, which costs nothing while nobody
// listens.
#pragma once

#include <cstdint>
#include <memory>

#include <ATen/record_function.h>
#include <c10/util/ThreadLocalDebugInfo.h>

namespace inkstone {

// Calls come from several threads where the device has its own.
class OperatorListener {
 public:
  virtual ~OperatorListener() = default;
  // What it returns is given to on_exit of the same operator. Inputs are valid here alone, outputs there alone.
  virtual std::unique_ptr<at::ObserverContext> on_enter(const at::RecordFunction& operation) = 0;
  virtual void on_exit(const at::RecordFunction& operation, at::ObserverContext* context) = 0;
  // bytes < 0: given back. total: in use on the device, as far as its allocator knows.
  virtual void on_memory(int64_t bytes, int64_t total, c10::Device device) {}
};

// Listens from construction to destruction, which must happen on one thread and in nested order.
class OperatorTap {
 public:
  struct Wants {
    bool outputs = false, backward = false, memory = false;
  };
  OperatorTap(OperatorListener& listener, Wants wants);
  ~OperatorTap();
  OperatorTap(const OperatorTap&) = delete;
  OperatorTap& operator=(const OperatorTap&) = delete;

 private:
  c10::DebugInfoGuard state_;
  at::CallbackHandle handle_;
};

}  // namespace inkstone
