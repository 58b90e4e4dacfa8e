// The listener behind the model summary: which module each operator of a forward pass belongs to.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/core/Tensor.h>

#include "train/watch/operator_tap.hpp"
#include "train/watcher.hpp"

namespace torch::nn {
class Module;
}

namespace inkstone {

class ModuleTrace : public OperatorListener {
 public:
  // In the order of registration; before the pass.
  void add(const std::string& network, const torch::nn::Module& root);

  std::unique_ptr<at::ObserverContext> on_enter(const at::RecordFunction& operation) override;
  void on_exit(const at::RecordFunction& operation, at::ObserverContext* context) override;

  // After the pass: the modules that compute, in the order of their first calls.
  std::vector<RunDescription::Module> modules() const;

 private:
  struct Row {
    RunDescription::Module module;
    bool leaf = false;
    int64_t call = -1;  // number of the first call
  };
  struct Owner {
    uintptr_t end = 0;
    int row = -1;
  };
  struct Frame;

  void add_module(const std::string& network, const std::string& path, const torch::nn::Module& module);
  void own(const at::Tensor& tensor, int row);
  int owner_of(const at::Tensor& tensor) const;
  int common_parent(int row, int other) const;
  int parent_of(int row) const;
  int surroundings() const;
  double place_of(int row) const;
  int activation(std::string_view operation) const;
  void derive(const Frame& frame, const std::vector<at::Tensor>& outputs);
  void call(int row, const at::Tensor& output);
  void attribute(const Frame& frame, const at::RecordFunction& operation, const at::Tensor& output);

  std::vector<Row> rows_;
  std::map<uintptr_t, Owner> owners_;  // by first address
  std::vector<at::Tensor> kept_;       // made of parameters: alive, so that no other tensor gets their address
  int depth_ = 0;                      // of operators within operators
  int counted_depth_ = 0;              // depth of the operator whose arithmetic is being counted; 0: none
  int outermost_ = -1;                 // row of the outermost operator
  int latest_ = -1;                    // row called last
  bool first_call_ = false;            // whether that was its first call
  at::Tensor latest_output_;
  int64_t calls_ = 0;
};

}  // namespace inkstone
