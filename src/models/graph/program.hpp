// A graph ready to run: values as numbered slots, and for each size of picture the steps that are left once everything that
// depends on sizes alone has been computed.
#pragma once

#include <list>
#include <memory>
#include <utility>
#include <vector>

#include "models/graph/network.hpp"
#include "models/graph/operators.hpp"

namespace inkstone::graph {

struct Step {
  GraphNode node;
  const Operator* op = nullptr;
  std::vector<int> in, out;  // slots; -1: left out
  std::vector<bool> constants;
  std::shared_ptr<void> kept;
};

// What is left to do for pictures of one size.
struct Plan {
  std::vector<int> steps;
  std::vector<std::vector<int>> free;  // after each of them
  std::vector<at::Tensor> base;        // by slot: weights and what sizes alone decide
  std::optional<Network::Forecast> forecast = {};
};

struct Network::Program {
  std::vector<GraphPort> inputs, outputs;
  std::vector<Step> steps;
  std::vector<at::Tensor> constants;  // by slot
  std::vector<int> input_slots, output_slots;
  std::int64_t opset = 0;
  at::ScalarType compute;

  Program(Graph graph, at::ScalarType type);
  void run_step(Step& step, std::vector<at::Tensor>& values);
  // Throws bad_argument where the inputs are not what the ports say.
  void require_fitting(const std::vector<Shape>& sizes) const;
  const Plan& plan_for(const std::vector<Shape>& sizes);

 private:
  Plan make_plan(const std::vector<Shape>& sizes);
  Plan specialised(const std::vector<Shape>& sizes);
  Plan whole() const;
  void schedule_frees(Plan& plan) const;
  void drop_unused(Plan& plan) const;
  void account(Plan& plan, const std::vector<at::Tensor>& shadows) const;

  std::list<std::pair<std::vector<Shape>, Plan>> plans_;  // the latest first
};

}  // namespace inkstone::graph
