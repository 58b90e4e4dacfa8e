// One node of a graph about to run: what its operator sees. Tensors keep the file's order of dimensions; those of four that a
// picture's convolutions give lie channels-last in memory, whatever that order.
//
// A call may be dry: tensors that depend on what is in the picture are on the meta device, with a shape and no numbers, while
// those that depend on its size alone are real. That is how sizes and memory are known, and size arithmetic folded, before
// anything is painted.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/core/Tensor.h>

#include "inkstone/error.hpp"
#include "weights/graph.hpp"

namespace inkstone::graph {

// Most operators give one tensor.
struct Outputs : std::vector<at::Tensor> {
  Outputs(at::Tensor single) : std::vector<at::Tensor>{std::move(single)} {}
  Outputs(std::vector<at::Tensor> several) : std::vector<at::Tensor>(std::move(several)) {}
};

class Call {
 public:
  // kept: what the node has prepared in earlier calls, such as packed weights; constants: which inputs never change.
  Call(const GraphNode& node, std::int64_t opset, at::ScalarType compute, std::vector<at::Tensor> inputs,
       const std::vector<bool>& constants, std::shared_ptr<void>& kept)
      : node_(node), opset_(opset), compute_(compute), inputs_(std::move(inputs)), constants_(constants), kept_(kept) {}

  const GraphNode& node() const { return node_; }
  std::int64_t opset() const { return opset_; }
  at::ScalarType compute() const { return compute_; }  // of convolutions and matrix products: float32 or bfloat16

  std::size_t count() const { return inputs_.size(); }
  bool has(std::size_t i) const { return i < inputs_.size() && inputs_[i].defined(); }
  // Throws corrupt_file where the node lacks the input.
  const at::Tensor& in(std::size_t i) const;
  at::Tensor optional(std::size_t i) const { return has(i) ? inputs_[i] : at::Tensor(); }
  const std::vector<at::Tensor>& inputs() const { return inputs_; }
  bool constant(std::size_t i) const { return i < constants_.size() && constants_[i]; }
  // An input that is a list of whole numbers, such as a shape. Throws unsupported where it depends on the picture in a dry call.
  std::vector<std::int64_t> list(std::size_t i) const;
  double scalar(std::size_t i) const;

  bool attribute(const char* name) const { return node_.attributes.count(name) != 0; }
  // The attribute, or what holds where it is absent. Throw corrupt_file for one of another type.
  std::int64_t integer(const char* name, std::int64_t otherwise) const;
  double number(const char* name, double otherwise) const;
  std::string text(const char* name, const char* otherwise) const;
  std::vector<std::int64_t> integers(const char* name, std::vector<std::int64_t> otherwise = {}) const;
  std::vector<double> numbers(const char* name) const;

  // What make() returned at the node's first call.
  template <class T, class Make>
  T& kept(const Make& make) {
    if (!kept_) kept_ = std::make_shared<T>(make());
    return *static_cast<T*>(kept_.get());
  }

  // "Conv 'conv1'", as errors name it.
  std::string who() const { return describe(node_); }
  static std::string describe(const GraphNode& node);
  [[noreturn]] void corrupt(const std::string& what) const;
  [[noreturn]] void unsupported(const std::string& what) const;

 private:
  const GraphNode& node_;
  std::int64_t opset_;
  at::ScalarType compute_;
  std::vector<at::Tensor> inputs_;
  const std::vector<bool>& constants_;
  std::shared_ptr<void>& kept_;
};

}  // namespace inkstone::graph
