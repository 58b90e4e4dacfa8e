#include "train/watch/operator_tap.hpp"

#include <unordered_set>

#include <c10/core/Allocator.h>

namespace inkstone {
namespace {

const auto kPlace = c10::DebugInfoKind::PROFILER_STATE;  // where allocators look for somebody to report to

// Versions of libtorch differ in the type of the totals: int64_t, later size_t.
template <class Method>
struct TotalOf;
template <class T>
struct TotalOf<void (c10::MemoryReportingInfoBase::*)(void*, int64_t, T, T, c10::Device)> {
  using type = T;
};
using Total = TotalOf<decltype(&c10::MemoryReportingInfoBase::reportMemoryUsage)>::type;

// Callbacks are plain functions: the listener is found through the state of the thread, which libtorch hands on to threads of its
// own.
class State : public c10::MemoryReportingInfoBase {
 public:
  State(OperatorListener& listener, bool memory) : listener_(listener), memory_(memory) {}

  void reportMemoryUsage(void*, int64_t bytes, Total allocated, Total, c10::Device device) override {
    listener_.on_memory(bytes, static_cast<int64_t>(allocated), device);
  }
  bool memoryProfilingEnabled() const override { return memory_; }

  OperatorListener& listener() const { return listener_; }

 private:
  OperatorListener& listener_;
  bool memory_;
};

OperatorListener* current() {
  auto* state = static_cast<State*>(c10::ThreadLocalDebugInfo::get(kPlace));
  return state == nullptr ? nullptr : &state->listener();
}

std::unique_ptr<at::ObserverContext> enter(const at::RecordFunction& operation) {
  auto* listener = current();
  return listener == nullptr ? nullptr : listener->on_enter(operation);
}

void leave(const at::RecordFunction& operation, at::ObserverContext* context) {
  if (auto* listener = current(); listener != nullptr && context != nullptr) listener->on_exit(operation, context);
}

at::RecordFunctionCallback callback(OperatorTap::Wants wants) {
  std::unordered_set<at::RecordScope, std::hash<at::RecordScope>> scopes = {at::RecordScope::FUNCTION};
  if (wants.backward) scopes.insert({at::RecordScope::BACKWARD_FUNCTION, at::RecordScope::USER_SCOPE});
  return at::RecordFunctionCallback(enter, leave).needsInputs(true).needsOutputs(wants.outputs).scopes(scopes);
}

}  // namespace

OperatorTap::OperatorTap(OperatorListener& listener, Wants wants)
    : state_(kPlace, std::make_shared<State>(listener, wants.memory)), handle_(at::addThreadLocalCallback(callback(wants))) {}

OperatorTap::~OperatorTap() {
  at::removeCallback(handle_);
}

}  // namespace inkstone
