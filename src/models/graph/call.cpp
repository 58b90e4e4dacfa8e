#include "models/graph/call.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

namespace inkstone::graph {
namespace {

template <class T>
T attribute_as(const Call& call, const char* name, T otherwise) {
  const auto found = call.node().attributes.find(name);
  if (found == call.node().attributes.end()) return otherwise;
  if (const T* value = std::get_if<T>(&found->second)) return *value;
  call.corrupt(fmt::format("has an attribute '{}' of another type than it must be", name));
}

}  // namespace

const at::Tensor& Call::in(std::size_t i) const {
  if (!has(i)) corrupt(fmt::format("lacks its input {}", i));
  return inputs_[i];
}

std::vector<std::int64_t> Call::list(std::size_t i) const {
  const at::Tensor& values = in(i);
  if (values.is_meta()) unsupported("needs numbers that depend on what is in the picture");
  if (values.dim() > 1) corrupt(fmt::format("has no list as its input {}", i));
  const at::Tensor whole = values.to(at::kLong).contiguous();
  return {whole.data_ptr<std::int64_t>(), whole.data_ptr<std::int64_t>() + whole.numel()};
}

double Call::scalar(std::size_t i) const {
  if (in(i).is_meta()) unsupported("needs a number that depends on what is in the picture");
  if (in(i).numel() != 1) corrupt(fmt::format("has no single number as its input {}", i));
  return in(i).reshape({}).to(at::kDouble).item<double>();
}

std::int64_t Call::integer(const char* name, std::int64_t otherwise) const {
  return attribute_as<std::int64_t>(*this, name, otherwise);
}

double Call::number(const char* name, double otherwise) const {
  const auto found = node_.attributes.find(name);
  if (found != node_.attributes.end())
    if (const auto* whole = std::get_if<std::int64_t>(&found->second)) return double(*whole);
  return attribute_as<double>(*this, name, otherwise);
}

std::string Call::text(const char* name, const char* otherwise) const {
  return attribute_as<std::string>(*this, name, otherwise);
}

std::vector<std::int64_t> Call::integers(const char* name, std::vector<std::int64_t> otherwise) const {
  return attribute_as(*this, name, std::move(otherwise));
}

std::vector<double> Call::numbers(const char* name) const {
  return attribute_as(*this, name, std::vector<double>());
}

std::string Call::describe(const GraphNode& node) {
  return fmt::format("{} '{}'", node.op, node.name);
}

void Call::corrupt(const std::string& what) const {
  throw Error(ErrorCategory::corrupt_file, fmt::format("the model's node {} {}; export the model again", who(), what));
}

void Call::unsupported(const std::string& what) const {
  throw Error(ErrorCategory::unsupported, fmt::format("the model's node {} {}", who(), what));
}

}  // namespace inkstone::graph
