#include "models/graph/program.hpp"

#include <algorithm>
#include <unordered_map>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "models/graph/operands.hpp"
#include "models/graph/run_node.hpp"

namespace inkstone::graph {
namespace {

constexpr std::size_t kMostPlans = 16;

// Bytes of the tensors that are alive; views of one memory count once.
class Ledger {
 public:
  void enter(const at::Tensor& t) {
    if (!t.is_meta() || users_[key(t)]++ > 0) return;
    now_ += std::int64_t(t.storage().nbytes());
    peak_ = std::max(peak_, now_);
  }
  void leave(const at::Tensor& t) {
    if (t.is_meta() && --users_[key(t)] == 0) now_ -= std::int64_t(t.storage().nbytes());
  }
  std::int64_t peak() const { return peak_; }

 private:
  static const void* key(const at::Tensor& t) { return t.storage().unsafeGetStorageImpl(); }
  std::unordered_map<const void*, int> users_;
  std::int64_t now_ = 0, peak_ = 0;
};

}  // namespace

Network::Program::Program(Graph graph, at::ScalarType type)
    : inputs(graph.inputs), outputs(graph.outputs), opset(graph.opset), compute(type) {
  std::unordered_map<std::string, int> slots;
  const auto slot = [&](const std::string& name) {
    return name.empty() ? -1 : slots.emplace(name, int(slots.size())).first->second;
  };
  for (const auto& port : inputs) input_slots.push_back(slot(port.name));
  for (auto& node : graph.nodes) {
    Step step;
    step.op = find_operator(graph.dialect, node.op);
    for (const auto& input : node.inputs) {
      step.in.push_back(slot(input));
      step.constants.push_back(graph.constants.count(input) != 0);
    }
    for (const auto& output : node.outputs) step.out.push_back(slot(output));
    step.node = std::move(node);
    steps.push_back(std::move(step));
  }
  for (const auto& port : outputs) output_slots.push_back(slot(port.name));
  for (const auto& [name, tensor] : graph.constants) slot(name);
  constants.resize(slots.size());
  for (auto& [name, tensor] : graph.constants) constants[slots.at(name)] = std::move(tensor);
}

void Network::Program::run_step(Step& step, std::vector<at::Tensor>& values) {
  std::vector<at::Tensor> in;
  for (const int slot : step.in) in.push_back(slot < 0 ? at::Tensor() : values[slot]);
  auto out = run_node(step.node, *step.op, opset, compute, std::move(in), step.constants, step.kept);
  for (std::size_t i = 0; i < step.out.size(); ++i) {
    if (step.out[i] < 0) continue;
    if (i >= out.size())
      throw Error(ErrorCategory::unsupported, fmt::format("the model's node {} is asked for an output {} that is not run here",
                                                          Call::describe(step.node), i));
    values[step.out[i]] = std::move(out[i]);
  }
}

// When each slot is last used by these steps; outputs and what the plan starts from stay.
void Network::Program::schedule_frees(Plan& plan) const {
  std::vector<bool> seen(constants.size());
  for (const int slot : output_slots) seen[slot] = true;
  plan.free.resize(plan.steps.size());
  for (std::size_t i = plan.steps.size(); i-- > 0;) {
    const Step& step = steps[plan.steps[i]];
    for (const auto* slots : {&step.in, &step.out})
      for (const int slot : *slots)
        if (slot >= 0 && !seen[slot] && !plan.base[slot].defined()) plan.free[i].push_back(slot), seen[slot] = true;
  }
}

void Network::Program::account(Plan& plan, const std::vector<at::Tensor>& shadows) const {
  Ledger ledger;
  for (const int slot : input_slots) ledger.enter(shadows[slot]);
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    for (const int slot : steps[plan.steps[i]].out)
      if (slot >= 0) ledger.enter(shadows[slot]);
    for (const int slot : plan.free[i])
      if (shadows[slot].defined()) ledger.leave(shadows[slot]);
  }
  Network::Forecast forecast;
  forecast.bytes = ledger.peak();
  for (const int slot : output_slots) forecast.outputs.push_back(shadows[slot].sizes().vec());
  plan.forecast = std::move(forecast);
}

// Everything runs on shadows of the pictures: what comes out real depends on their sizes alone.
Plan Network::Program::specialised(const std::vector<Shape>& sizes) {
  Plan plan;
  std::vector<at::Tensor> values = constants;
  for (std::size_t i = 0; i < inputs.size(); ++i) values[input_slots[i]] = shadow(sizes[i], inputs[i].dtype);
  plan.base = constants;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    run_step(steps[i], values);
    bool remains = false;
    for (const int slot : steps[i].out) remains = remains || (slot >= 0 && values[slot].is_meta());
    if (remains) plan.steps.push_back(int(i));
    for (const int slot : steps[i].out)
      if (slot >= 0 && !values[slot].is_meta()) plan.base[slot] = values[slot];
  }
  schedule_frees(plan);
  account(plan, values);
  drop_unused(plan);
  return plan;
}

// Sizes in between are of no use any more.
void Network::Program::drop_unused(Plan& plan) const {
  std::vector<bool> used(constants.size());
  for (const int step : plan.steps)
    for (const int slot : steps[step].in)
      if (slot >= 0) used[slot] = true;
  for (const int slot : output_slots) used[slot] = true;
  for (std::size_t slot = 0; slot < used.size(); ++slot)
    if (!used[slot]) plan.base[slot] = at::Tensor();
}

Plan Network::Program::whole() const {
  Plan plan;
  for (std::size_t i = 0; i < steps.size(); ++i) plan.steps.push_back(int(i));
  plan.base = constants;
  schedule_frees(plan);
  return plan;
}

Plan Network::Program::make_plan(const std::vector<Shape>& sizes) {
  try {
    return specialised(sizes);
  } catch (const Error& error) {
    if (error.category() != ErrorCategory::unsupported) throw;
    return whole();  // sizes depend on the picture, or libtorch cannot foresee an operator's: it shows when it runs
  }
}

const Plan& Network::Program::plan_for(const std::vector<Shape>& sizes) {
  const auto found = std::find_if(plans_.begin(), plans_.end(), [&](const auto& plan) { return plan.first == sizes; });
  if (found != plans_.end()) {
    plans_.splice(plans_.begin(), plans_, found);
  } else {
    plans_.emplace_front(sizes, make_plan(sizes));
    if (plans_.size() > kMostPlans) plans_.pop_back();
  }
  return plans_.front().second;
}

void Network::Program::require_fitting(const std::vector<Shape>& sizes) const {
  if (sizes.size() != inputs.size())
    throw Error(ErrorCategory::bad_argument, fmt::format("the model has {} inputs, not {}", inputs.size(), sizes.size()));
  for (std::size_t i = 0; i < sizes.size(); ++i)
    if (inputs[i].has_shape && inputs[i].shape.size() != sizes[i].size())
      throw Error(ErrorCategory::bad_argument, fmt::format("the model's input '{}' has {} sides, not {}", inputs[i].name,
                                                           inputs[i].shape.size(), sizes[i].size()));
}

}  // namespace inkstone::graph
