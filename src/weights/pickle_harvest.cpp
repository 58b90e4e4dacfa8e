#include "weights/pickle_harvest.hpp"

#include <optional>

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::pickle {
namespace {

constexpr int kMaxNesting = 64;
constexpr std::size_t kMaxVisits = 2'000'000;
constexpr std::size_t kMaxNameBytes = 1024, kMaxAllNames = std::size_t(256) << 20;

[[noreturn]] void corrupt_tensor(const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("the PyTorch file {}; get the file again", what));
}

std::optional<std::string> scalar_text(const Node& node) {
  if (const auto* text = node.as<std::string>()) return text->substr(0, kMaxNameBytes + 1);
  if (const auto* integer = node.as<std::int64_t>()) return std::to_string(*integer);
  if (const auto* number = node.as<double>()) return fmt::format("{}", *number);
  if (const auto* truth = node.as<bool>()) return *truth ? "true" : "false";
  return std::nullopt;
}

std::string joined(const std::string& prefix, const std::string& name) {
  return prefix.empty() ? name : prefix + "." + name;
}

class Walk {
 public:
  void visit(const std::string& name, const Node& node, int depth) {
    if (depth > kMaxNesting) corrupt_tensor(fmt::format("nests its dictionaries deeper than {} levels", kMaxNesting));
    count(name);
    if (const auto* tensor = node.as<TensorView>()) add(name, tensor);
    if (const auto* dictionary = node.as<Dictionary>()) entries(name, *dictionary, depth);
    if (const auto* sequence = node.as<Sequence>()) items(name, *sequence, depth);
    if (const auto* module = node.as<Module>(); module != nullptr && module->state != nullptr) members(name, *module, depth);
  }

  void entries(const std::string& prefix, const Dictionary& dictionary, int depth) {
    for (const auto& [key, value] : dictionary.items) {
      const auto name = scalar_text(*key);
      if (!name) continue;
      if (const auto text = scalar_text(*value))
        note(joined(prefix, *name), *text);
      else
        visit(joined(prefix, *name), *value, depth + 1);
    }
  }

  void notes(const Dictionary& dictionary) {
    for (const auto& [key, value] : dictionary.items)
      if (const auto name = scalar_text(*key), text = scalar_text(*value); name && text) note(*name, *text);
  }

  Harvest result;

 private:
  void add(const std::string& name, const TensorView* tensor) {
    if (!result.tensors.emplace(name.empty() ? "tensor" : name, tensor).second)
      corrupt_tensor(fmt::format("holds '{}' twice", name));
  }

  void note(const std::string& name, const std::string& text) {
    count(name);
    result.metadata[name] = text.substr(0, kMaxNameBytes);
    name_bytes_ += text.size();
  }

  // Few nodes that hold each other have very many names.
  void count(const std::string& name) {
    name_bytes_ += name.size();
    if (++visits_ > kMaxVisits || name_bytes_ > kMaxAllNames) corrupt_tensor("repeats its dictionaries without end");
    if (name.size() > kMaxNameBytes) corrupt_tensor("has a name that is too long");
  }

  void items(const std::string& prefix, const Sequence& sequence, int depth) {
    for (std::size_t i = 0; i < sequence.items.size(); ++i)
      visit(joined(prefix, std::to_string(i)), *sequence.items[i], depth + 1);
  }

  void members(const std::string& prefix, const Module& module, int depth) {
    const auto* state = module.state->as<Dictionary>();
    if (state == nullptr) corrupt_tensor(fmt::format("holds a {} without its attributes", module.name));
    for (const char* kind : {"_parameters", "_buffers", "_modules"})
      if (const Ref found = find(*state, kind)) visit(prefix, *found, depth + 1);
    if (const Ref settings = find(*state, "_init_kwargs")) visit(joined(prefix, "init_kwargs"), *settings, depth + 1);
  }

  std::size_t visits_ = 0, name_bytes_ = 0;
};

// What training scripts wrap a state dict in; the averaged weights are the ones that paint best.
Ref wrapped(const Dictionary& dictionary) {
  for (const char* key : {"state_dict", "params_ema", "params", "model"})
    if (const Ref found = find(dictionary, key); found != nullptr && (found->as<Dictionary>() || found->as<Module>()))
      return found;
  return nullptr;
}

}  // namespace

Harvest harvest(const Tree& tree) {
  Walk walk;
  const auto* top = tree.root->as<Dictionary>();
  const Ref inner = top != nullptr ? wrapped(*top) : nullptr;
  if (inner != nullptr) walk.notes(*top);
  walk.visit("", inner != nullptr ? *inner : *tree.root, 0);
  return std::move(walk.result);
}

}  // namespace inkstone::pickle
