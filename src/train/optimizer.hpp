// SGD, Adam (Kingma and Ba 2015), AdamW (Loshchilov and Hutter 2019), the same in eight bits (Dettmers et al. 2022,
// train/eight_bit_adam.hpp) and RMSprop (Hinton 2012) with PyTorch's arithmetic, over all parameters of a network at once. Their
// state is plain named tensors, so that a checkpoint can hold it; torch::optim keeps its own in a form that changes with the
// version and that no other program reads.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "inkstone/train_request.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

struct NamedParameter {
  std::string name;
  at::Tensor value;  // a leaf that requires a gradient
};

class Optimizer {
 public:
  explicit Optimizer(std::vector<NamedParameter> parameters) : parameters_(std::move(parameters)) {}
  virtual ~Optimizer() = default;

  // Parameters without a gradient are left alone, their state too.
  void step(double learning_rate);
  void clear_gradients();

  const std::vector<NamedParameter>& parameters() const { return parameters_; }

  // "<prefix><parameter>.<state>", and the number of steps in "<prefix>steps" (int64 []).
  void save(StateDict& into, const std::string& prefix) const;
  // Throws corrupt_file when a tensor is missing or has another shape.
  void load(const StateDict& from, const std::string& prefix);

 protected:
  // One state tensor per parameter under this name, zero at the start, of the parameter's shape; or what `start` makes of a
  // parameter, where an undefined tensor is kept and saved for none.
  using Start = std::function<at::Tensor(const at::Tensor& value)>;
  std::vector<at::Tensor>& state(const std::string& name);
  std::vector<at::Tensor>& state(const std::string& name, const Start& start);
  virtual void apply(const std::vector<std::size_t>& which, at::TensorList values, at::TensorList gradients, double rate) = 0;
  static std::vector<at::Tensor> chosen(const std::vector<at::Tensor>& all, const std::vector<std::size_t>& which);

  std::vector<NamedParameter> parameters_;
  int64_t steps_ = 0;  // counted before apply: 1 in the first

 private:
  std::vector<std::pair<std::string, std::vector<at::Tensor>>> states_;
};

std::unique_ptr<Optimizer> make_optimizer(const LoopOptions& options, std::vector<NamedParameter> parameters);

}  // namespace inkstone
