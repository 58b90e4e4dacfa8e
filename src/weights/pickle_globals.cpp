#include "weights/pickle_globals.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::pickle {
namespace {

constexpr std::size_t kMaxRank = 32;
constexpr std::size_t kMaxName = 512;                         // of classes and storages: every object that is made copies one
constexpr std::int64_t kMaxElements = std::int64_t(1) << 56;  // times 8 bytes still fits 63 bits

[[noreturn]] void corrupt_global(const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("the PyTorch file holds {}; get the file again", what));
}

const std::map<std::string, at::ScalarType>& storage_types() {
  static const std::map<std::string, at::ScalarType> types = {{"DoubleStorage", at::kDouble}, {"FloatStorage", at::kFloat},
                                                              {"HalfStorage", at::kHalf},     {"BFloat16Storage", at::kBFloat16},
                                                              {"LongStorage", at::kLong},     {"IntStorage", at::kInt},
                                                              {"ShortStorage", at::kShort},   {"CharStorage", at::kChar},
                                                              {"ByteStorage", at::kByte},     {"BoolStorage", at::kBool}};
  return types;
}

const std::map<std::string, at::ScalarType>& dtypes() {
  static const std::map<std::string, at::ScalarType> types = {
      {"torch.float64", at::kDouble},    {"torch.double", at::kDouble}, {"torch.float32", at::kFloat},
      {"torch.float", at::kFloat},       {"torch.float16", at::kHalf},  {"torch.half", at::kHalf},
      {"torch.bfloat16", at::kBFloat16}, {"torch.int64", at::kLong},    {"torch.long", at::kLong},
      {"torch.int32", at::kInt},         {"torch.int", at::kInt},       {"torch.int16", at::kShort},
      {"torch.short", at::kShort},       {"torch.int8", at::kChar},     {"torch.uint8", at::kByte},
      {"torch.bool", at::kBool}};
  return types;
}

// A file may name these beside its tensors, but none of them can be read into one.
bool names_foreign_dtype(const std::string& name) {
  static constexpr std::array<const char*, 9> names = {"complex64", "complex128",  "complex32",     "uint16",        "uint32",
                                                       "uint64",    "float8_e5m2", "float8_e4m3fn", "float8_e8m0fnu"};
  return name.starts_with("torch.") && std::find(names.begin(), names.end(), name.substr(6)) != names.end();
}

// Bytes, whose dtype the tensor names: how torch 2 saves dtypes that have no storage class.
bool is_untyped_storage(const std::string& name) {
  return name == "torch.storage.UntypedStorage" || name == "torch.UntypedStorage";
}

std::optional<at::ScalarType> storage_type(const std::string& name) {
  if (is_untyped_storage(name)) return at::kByte;
  const std::string last = name.substr(name.rfind('.') + 1);
  const auto found = storage_types().find(last);
  const bool torchs = name == "torch." + last || name == "torch.cuda." + last;
  return torchs && found != storage_types().end() ? std::optional(found->second) : std::nullopt;
}

bool is_module(const std::string& name) {
  return name.starts_with("torch.nn.modules.") && name.size() <= kMaxName;
}

// What networks that NVIDIA's training writes are wrapped in (torch_utils/persistence.py). Their source text is left unread.
bool is_persistent_object(const std::string& name) {
  return name == "torch_utils.persistence._reconstruct_persistent_obj";
}

bool is_embedded_storage(const std::string& name) {
  return name == "torch.storage._load_from_bytes";
}

// Numbers of numpy among the settings; none of them is needed.
bool is_numpy_scalar(const std::string& name) {
  return name == "numpy.core.multiarray.scalar" || name == "numpy._core.multiarray.scalar";
}

bool is_function(const std::string& name) {
  static constexpr std::array<const char*, 19> names = {"torch_utils.persistence._reconstruct_persistent_obj",
                                                        "torch.storage._load_from_bytes",
                                                        "dnnlib.util.EasyDict",
                                                        "numpy.core.multiarray.scalar",
                                                        "numpy._core.multiarray.scalar",
                                                        "numpy.dtype",
                                                        "collections.OrderedDict",
                                                        "torch._utils._rebuild_tensor_v2",
                                                        "torch._utils._rebuild_tensor",
                                                        "torch._utils._rebuild_tensor_v3",
                                                        "torch._utils._rebuild_parameter",
                                                        "torch._utils._rebuild_parameter_with_state",
                                                        "torch.Size",
                                                        "_codecs.encode",
                                                        "__builtin__.set",
                                                        "builtins.set",
                                                        "__builtin__.dict",
                                                        "builtins.dict",
                                                        "torch.device"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

template <class T>
const T& argument(const Sequence& arguments, std::size_t index, const char* what) {
  const T* value = index < arguments.items.size() ? arguments.items[index]->as<T>() : nullptr;
  if (value == nullptr) corrupt_global(fmt::format("{} without its argument {}", what, index + 1));
  return *value;
}

std::vector<std::int64_t> integers(const Sequence& sequence) {
  if (sequence.items.size() > kMaxRank) corrupt_global(fmt::format("a tensor of {} dimensions", sequence.items.size()));
  std::vector<std::int64_t> result;
  for (const Ref item : sequence.items) {
    const auto* integer = item->as<std::int64_t>();
    if (integer == nullptr) corrupt_global("a tensor whose shape is not made of integers");
    result.push_back(*integer);
  }
  return result;
}

Node rebuild_tensor(const Sequence& arguments) {
  TensorView view;
  view.storage = argument<Storage>(arguments, 0, "a tensor");
  view.offset = argument<std::int64_t>(arguments, 1, "a tensor");
  view.shape = integers(argument<Sequence>(arguments, 2, "a tensor"));
  view.strides = integers(argument<Sequence>(arguments, 3, "a tensor"));
  return {std::move(view)};
}

// (storage, offset, shape, strides, requires_grad, hooks, dtype[, notes]): the storage is bytes, the rest counts elements.
Node rebuild_typed_tensor(const Sequence& arguments) {
  Node node = rebuild_tensor(arguments);
  auto& storage = std::get<TensorView>(node.value).storage;
  const std::string& name = argument<Global>(arguments, 6, "a tensor").name;
  const auto dtype = dtypes().find(name);
  if (dtype == dtypes().end())
    throw Error(ErrorCategory::unsupported,
                fmt::format("the PyTorch file holds a tensor of {}, which cannot be read; convert it before saving", name));
  const auto bytes = storage.size * std::int64_t(c10::elementSize(storage.dtype));
  if (bytes % std::int64_t(c10::elementSize(dtype->second)) != 0) corrupt_global("a storage that ends within a number");
  storage.size = bytes / std::int64_t(c10::elementSize(dtype->second));
  storage.dtype = dtype->second;
  return node;
}

Node sequence_of(const Sequence& arguments) {
  return {arguments.items.empty() ? Sequence{} : argument<Sequence>(arguments, 0, "a sequence")};
}

// OrderedDict() or OrderedDict([(key, value), ...]), as protocol 2 of Python 2 wrote it.
Node dictionary(const Sequence& arguments) {
  Dictionary result;
  if (arguments.items.empty()) return {result};
  for (const Ref item : argument<Sequence>(arguments, 0, "a dictionary").items) {
    const auto* pair = item->as<Sequence>();
    if (pair == nullptr || pair->items.size() != 2) corrupt_global("a dictionary that is not made of pairs");
    result.items.emplace_back(pair->items[0], pair->items[1]);
  }
  return {std::move(result)};
}

// ({'class_name': ..., 'module_src': ..., 'state': {...}},)
Node persistent_object(const Sequence& arguments) {
  const auto& meta = argument<Dictionary>(arguments, 0, "a network");
  const Ref name = find(meta, "class_name"), state = find(meta, "state");
  if (name == nullptr || name->as<std::string>() == nullptr || state == nullptr)
    corrupt_global("a network without a class or a state");
  return {Module{name->as<std::string>()->substr(0, kMaxName), state}};
}

Node embedded_storage(const Sequence& arguments) {
  argument<ByteString>(arguments, 0, "a storage");
  Storage storage;
  storage.embedded = arguments.items[0];
  return {std::move(storage)};
}

}  // namespace

Ref find(const Dictionary& dictionary, const std::string& key) {
  for (const auto& [name, value] : dictionary.items)
    if (const auto* text = name->as<std::string>(); text != nullptr && *text == key) return value;
  return nullptr;
}

void require_allowed(const std::string& name) {
  if (is_function(name) || is_module(name) || dtypes().contains(name) || names_foreign_dtype(name) || storage_type(name)) return;
  throw Error(
      ErrorCategory::unsupported,
      fmt::format("the PyTorch file would import {}: refused, for it may run code; save only its state_dict, best as safetensors",
                  name.substr(0, kMaxName)));
}

Node call(const std::string& name, const Sequence& arguments) {
  if (is_module(name)) return {Module{name}};
  if (is_persistent_object(name)) return persistent_object(arguments);
  if (is_embedded_storage(name)) return embedded_storage(arguments);
  if (is_numpy_scalar(name)) return {None{}};
  if (name == "dnnlib.util.EasyDict" || name == "numpy.dtype") return {Dictionary{}};
  if (name == "collections.OrderedDict" || name.ends_with(".dict")) return dictionary(arguments);
  if (name == "torch._utils._rebuild_tensor_v3") return rebuild_typed_tensor(arguments);
  if (name.starts_with("torch._utils._rebuild_tensor")) return rebuild_tensor(arguments);
  if (name.starts_with("torch._utils._rebuild_parameter")) return {argument<TensorView>(arguments, 0, "a parameter")};
  if (name == "torch.Size" || name.ends_with(".set")) return sequence_of(arguments);
  if (name == "torch.device") return {argument<std::string>(arguments, 0, "a device")};
  if (name == "_codecs.encode") return {ByteString{argument<std::string>(arguments, 0, "bytes")}};
  throw Error(ErrorCategory::unsupported, fmt::format("the PyTorch file would call {}: refused; save only its state_dict", name));
}

Storage storage_of(const Sequence& id) {
  if (argument<std::string>(id, 0, "a storage") != "storage") corrupt_global("a persistent id that is not a storage");
  const auto dtype = storage_type(argument<Global>(id, 1, "a storage").name);
  if (!dtype) corrupt_global("a storage of a type that is none");
  Storage storage{*dtype, argument<std::string>(id, 2, "a storage"), argument<std::int64_t>(id, 4, "a storage"), 0};
  if (id.items.size() > 5 && id.items[5]->as<None>() == nullptr)
    storage.root_offset = argument<std::int64_t>(argument<Sequence>(id, 5, "a storage"), 1, "a view of a storage");
  if (storage.key.size() > kMaxName) corrupt_global("a storage whose name is too long");
  if (storage.size < 0 || storage.size > kMaxElements || storage.root_offset < 0)
    corrupt_global("a storage of an impossible size");
  return storage;
}

}  // namespace inkstone::pickle
