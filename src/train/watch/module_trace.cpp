#include "train/watch/module_trace.hpp"

#include <algorithm>
#include <cctype>

#include <torch/nn/module.h>

#include "train/watch/flops.hpp"

namespace inkstone {
namespace {

// "torch::nn::Conv2dImpl" -> "Conv2d"
std::string kind_of(const torch::nn::Module& module) {
  auto kind = module.name();
  kind.erase(0, kind.rfind(':') + 1);
  if (kind.ends_with("Impl")) kind.resize(kind.size() - 4);
  return kind;
}

// "LeakyReLU" and "aten::leaky_relu_" -> "leakyrelu"
std::string plain_name(std::string_view name) {
  if (const auto colons = name.rfind(':'); colons != std::string_view::npos) name.remove_prefix(colons + 1);
  std::string plain;
  for (const char c : name)
    if (c != '_') plain.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  return plain;
}

std::string parent_path(const std::string& path) {
  const auto dot = path.rfind('.');
  return dot == std::string::npos ? "" : path.substr(0, dot);
}

bool is_within(const std::string& path, const std::string& scope) {
  return scope.empty() || path == scope || path.starts_with(scope + ".");
}

std::vector<at::Tensor> tensors_in(c10::ArrayRef<c10::IValue> values) {
  std::vector<at::Tensor> tensors;
  for (const auto& value : values) {
    if (value.isTensor() && value.toTensor().defined()) tensors.push_back(value.toTensor());
    if (!value.isTensorList()) continue;
    for (const auto& tensor : value.toTensorVector()) tensors.push_back(tensor);
  }
  return tensors;
}

uintptr_t address_of(const at::Tensor& tensor) {
  return tensor.layout() == at::kStrided && tensor.has_storage() && tensor.numel() > 0
             ? reinterpret_cast<uintptr_t>(tensor.data_ptr())
             : 0;
}

}  // namespace

struct ModuleTrace::Frame : at::ObserverContext {
  int owner = -1;
  bool constant = false;  // of parameters alone
  std::vector<c10::IValue> inputs;
};

void ModuleTrace::add(const std::string& network, const torch::nn::Module& root) {
  add_module(network, "", root);
  for (const auto& item : root.named_modules("", false)) add_module(network, item.key(), *item.value());
}

void ModuleTrace::add_module(const std::string& network, const std::string& path, const torch::nn::Module& module) {
  Row row{{network, path, kind_of(module), {}, 0, 0}, module.children().empty()};
  const int index = static_cast<int>(rows_.size());
  for (const auto& parameter : module.parameters(false)) {
    if (owner_of(parameter) < 0) row.module.parameters += parameter.numel();  // shared ones count once
    own(parameter, index);
  }
  for (const auto& buffer : module.buffers(false)) own(buffer, index);
  rows_.push_back(std::move(row));
}

void ModuleTrace::own(const at::Tensor& tensor, int row) {
  if (!tensor.defined() || owner_of(tensor) >= 0) return;
  if (const auto first = address_of(tensor); first != 0) owners_[first] = {first + tensor.numel() * tensor.element_size(), row};
}

int ModuleTrace::owner_of(const at::Tensor& tensor) const {
  if (!tensor.defined()) return -1;
  const auto address = address_of(tensor);
  auto after = owners_.upper_bound(address);
  if (address == 0 || after == owners_.begin()) return -1;
  --after;
  return address < after->second.end ? after->second.row : -1;
}

int ModuleTrace::parent_of(int row) const {
  const auto& child = rows_[row].module;
  const auto path = parent_path(child.path);
  for (int k = row; k >= 0; --k)
    if (rows_[k].module.network == child.network && rows_[k].module.path == path) return k;
  return row;
}

// The module around the place where the pass is now.
int ModuleTrace::surroundings() const {
  if (latest_ < 0) return 0;
  return rows_[latest_].leaf ? parent_of(latest_) : latest_;
}

int ModuleTrace::common_parent(int row, int other) const {
  if (row < 0 || row == other || rows_[row].module.network != rows_[other].module.network) return other;
  while (!is_within(rows_[other].module.path, rows_[row].module.path)) row = parent_of(row);
  return row;
}

// The next module without parameters that is named like the operator and stands where the pass is now; -1: none.
int ModuleTrace::activation(std::string_view operation) const {
  if (latest_ < 0) return -1;
  const auto& here = rows_[latest_].module;
  const auto name = plain_name(operation);
  for (int k = 0; k < static_cast<int>(rows_.size()); ++k) {
    const auto& [module, leaf, called] = rows_[k];
    const bool candidate = leaf && called < 0 && module.parameters == 0 && module.network == here.network;
    if (candidate && is_within(here.path, parent_path(module.path)) && name.starts_with(plain_name(module.kind))) return k;
  }
  return -1;
}

std::unique_ptr<at::ObserverContext> ModuleTrace::on_enter(const at::RecordFunction& operation) {
  auto frame = std::make_unique<Frame>();
  frame->inputs.assign(operation.inputs().begin(), operation.inputs().end());
  const auto tensors = tensors_in(frame->inputs);
  frame->constant = !tensors.empty();
  for (const auto& tensor : tensors) {
    const int owner = owner_of(tensor);
    frame->constant = frame->constant && owner >= 0;
    // weights stand behind the values that they are applied to; what several modules own together is their parent's
    if (owner >= 0) frame->owner = frame->constant ? common_parent(frame->owner, owner) : owner;
  }
  if (++depth_ == 1) outermost_ = frame->constant ? -1 : frame->owner;
  if (counted_depth_ == 0 && operator_flops(operation.name(), frame->inputs, tensors.empty() ? at::Tensor() : tensors[0]))
    counted_depth_ = depth_;
  return frame;
}

void ModuleTrace::on_exit(const at::RecordFunction& operation, at::ObserverContext* context) {
  const auto& frame = static_cast<const Frame&>(*context);
  auto outputs = tensors_in(operation.outputs());
  // the project's own kernels say what they read alone; they give the shape of what they read first
  if (outputs.empty() && std::string_view(operation.name()).starts_with("inkstone::")) outputs = tensors_in(frame.inputs);
  if (frame.constant && frame.owner >= 0)
    derive(frame, outputs);
  else
    attribute(frame, operation, outputs.empty() ? at::Tensor() : outputs[0]);
  if (counted_depth_ == depth_) counted_depth_ = 0;
  --depth_;
}

void ModuleTrace::derive(const Frame& frame, const std::vector<at::Tensor>& outputs) {
  for (const auto& output : outputs) {
    if (owner_of(output) >= 0) continue;
    own(output, frame.owner);
    kept_.push_back(output);
  }
}

void ModuleTrace::call(int row, const at::Tensor& output) {
  if (row != latest_) first_call_ = rows_[row].call < 0;
  if (rows_[row].call < 0) rows_[row].call = calls_++;
  // of a module around others only the latest arithmetic is known
  if ((first_call_ || !rows_[row].leaf) && output.defined()) rows_[row].module.output = output.sizes().vec();
  latest_ = row;
  latest_output_ = output;
}

void ModuleTrace::attribute(const Frame& frame, const at::RecordFunction& operation, const at::Tensor& output) {
  const std::string name = operation.name();
  const auto counted = counted_depth_ == depth_ ? operator_flops(name, frame.inputs, output) : std::nullopt;
  int row = depth_ == 1 || frame.owner >= 0 ? frame.owner : outermost_;
  if (depth_ == 1 && row < 0) row = activation(name);
  if (row < 0 && counted) row = surroundings();
  if (row >= 0 && counted) rows_[row].module.flops += *counted;
  if (depth_ > 1) return;
  const bool reshaped = row < 0 && latest_ >= 0 && rows_[latest_].leaf && output.defined() && latest_output_.defined() &&
                        address_of(output) == address_of(latest_output_) && output.numel() == latest_output_.numel();
  if (row >= 0)
    call(row, output);
  else if (reshaped)
    call(latest_, output);
  else
    first_call_ = false;  // somebody else's turn: what the module does next is another call
}

// Where a module that was not called stands among the calls: before its next sister that was, else behind the one before it.
double ModuleTrace::place_of(int row) const {
  if (rows_[row].call >= 0) return double(rows_[row].call);
  const int parent = parent_of(row), count = static_cast<int>(rows_.size());
  for (int k = row + 1; k < count; ++k)
    if (rows_[k].call >= 0 && parent_of(k) == parent) return double(rows_[k].call) - 0.5;
  for (int k = row - 1; k >= 0; --k)
    if (rows_[k].call >= 0 && parent_of(k) == parent) return double(rows_[k].call) + 0.5;
  return row == 0 ? -1 : double(calls_);
}

std::vector<RunDescription::Module> ModuleTrace::modules() const {
  std::vector<std::pair<double, const RunDescription::Module*>> order;
  for (int row = 0; row < static_cast<int>(rows_.size()); ++row)
    if (rows_[row].call >= 0 || rows_[row].module.parameters > 0) order.push_back({place_of(row), &rows_[row].module});
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<RunDescription::Module> modules;
  for (const auto& [place, module] : order) modules.push_back(*module);
  return modules;
}

}  // namespace inkstone
