#include "weights/pytorch.hpp"

#include <functional>
#include <map>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "weights/extent.hpp"
#include "weights/named_file.hpp"
#include "weights/pickle_harvest.hpp"
#include "weights/unpickler.hpp"
#include "weights/zip_directory.hpp"

namespace inkstone {
namespace {

using pickle::Storage;
using pickle::TensorView;

constexpr std::string_view kMagic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";  // torch.serialization.MAGIC_NUMBER
constexpr std::int64_t kLegacyProtocol = 1001;
constexpr std::uint64_t kCopyFactor = 16, kCopyFloor = std::uint64_t(64) << 20;

[[noreturn]] void corrupt_pytorch(const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("{}; get the file again", what));
}

using FlatStorage = std::function<at::Tensor(const Storage&)>;  // one-dimensional

// Whether every element lies in a storage of this many; strides are not negative.
bool within(const TensorView& view, std::int64_t offset, std::int64_t storage_size) {
  std::int64_t last = offset;
  for (std::size_t i = 0; i < view.shape.size(); ++i) {
    std::int64_t reach = 0;
    if (view.strides[i] < 0 || __builtin_mul_overflow(view.shape[i] - 1, view.strides[i], &reach) ||
        __builtin_add_overflow(last, reach, &last))
      return false;
  }
  return last < storage_size;
}

bool is_contiguous(const TensorView& view) {
  std::int64_t stride = 1;
  for (std::size_t i = view.shape.size(); i-- > 0;) {
    if (view.shape[i] != 1 && view.strides[i] != stride) return false;
    stride *= view.shape[i];
  }
  return true;
}

class Tensors {
 public:
  Tensors(FlatStorage storage, std::uint64_t file_size)
      : storage_(std::move(storage)), copies_left_(file_size * kCopyFactor + kCopyFloor) {}

  at::Tensor make(const TensorView& view, const std::string& name) {
    const std::int64_t count = element_count(view.shape, name);
    std::int64_t offset = 0;
    if (view.shape.size() != view.strides.size() || view.offset < 0 ||
        __builtin_add_overflow(view.offset, view.storage.root_offset, &offset))
      corrupt_pytorch(fmt::format("tensor '{}' contradicts itself", name));
    if (count == 0) return at::empty(view.shape, view.storage.dtype);
    const at::Tensor flat = storage_(view.storage);
    if (!within(view, offset, flat.numel())) corrupt_pytorch(fmt::format("tensor '{}' reaches outside its storage", name));
    if (is_contiguous(view)) return flat.narrow(0, offset, count).view(view.shape);
    spend(std::uint64_t(count) * flat.element_size());
    return flat.as_strided(view.shape, view.strides, offset).contiguous();
  }

 private:
  // A stride of zero makes a huge tensor of one number.
  void spend(std::uint64_t bytes) {
    if (bytes > copies_left_) corrupt_pytorch("the tensors need far more memory than the file holds");
    copies_left_ -= bytes;
  }

  FlatStorage storage_;
  std::uint64_t copies_left_;
};

StateDict build(const pickle::Tree& tree, const FlatStorage& storage, std::uint64_t file_size) {
  pickle::Harvest harvest = pickle::harvest(tree);
  Tensors tensors(storage, file_size);
  StateDict result;
  for (const auto& [name, view] : harvest.tensors) result.tensors.emplace(name, tensors.make(*view, name));
  result.metadata = std::move(harvest.metadata);
  if (result.tensors.empty()) corrupt_pytorch("the PyTorch file holds no tensor");
  return result;
}

void require_little_endian(bool little) {
  if (!little)
    throw Error(ErrorCategory::unsupported, "the PyTorch file was written on a big-endian machine; save it again on another");
}

// ---- zip -----------------------------------------------------------------------------------------------------------

using Entries = std::map<std::string, ZipEntry>;

std::string archive_folder(const Entries& entries) {
  for (const auto& [name, entry] : entries)
    if (name == "data.pkl" || name.ends_with("/data.pkl")) return name.substr(0, name.size() - 8);
  corrupt_pytorch("the zip archive holds no data.pkl, so it is no PyTorch file");
}

StateDict read_zip(Bytes bytes, const Owner& owner) {
  const Entries entries = zip_entries(bytes);
  const std::string folder = archive_folder(entries);
  if (const auto order = entries.find(folder + "byteorder"); order != entries.end())
    require_little_endian(order->second.stored.size() == 6);  // "little"
  pickle::Cursor cursor(intact_content(entries.at(folder + "data.pkl"), folder + "data.pkl"));
  const pickle::Tree tree = pickle::unpickle(cursor);
  std::map<std::pair<std::string, at::ScalarType>, at::Tensor> made;
  const FlatStorage storage = [&](const Storage& wanted) {
    at::Tensor& tensor = made[{wanted.key, wanted.dtype}];
    if (tensor.defined()) return tensor;
    const auto entry = entries.find(folder + "data/" + wanted.key);
    if (entry == entries.end()) corrupt_pytorch(fmt::format("the PyTorch file lacks its storage '{}'", wanted.key));
    require_size({wanted.size}, wanted.dtype, entry->second.stored.size(), "storage " + wanted.key);
    return tensor = tensor_over(intact_content(entry->second, entry->first), wanted.dtype, {wanted.size}, owner);
  };
  return build(tree, storage, bytes.size());
}

// ---- legacy --------------------------------------------------------------------------------------------------------

void read_preamble(pickle::Cursor& cursor, const pickle::Tree& magic) {
  const auto* number = magic.root->as<pickle::BigInteger>();
  if (number == nullptr || number->little_endian != kMagic) corrupt_pytorch("a pickle, but not one that torch.save wrote");
  const pickle::Tree protocol = pickle::unpickle(cursor);
  const auto* version = protocol.root->as<std::int64_t>();
  if (version == nullptr || *version != kLegacyProtocol) corrupt_pytorch("the PyTorch file is of an unknown version");
  const pickle::Tree system = pickle::unpickle(cursor);
  const auto* facts = system.root->as<pickle::Dictionary>();
  const pickle::Ref order = facts != nullptr ? pickle::find(*facts, "little_endian") : nullptr;
  require_little_endian(order == nullptr || order->as<bool>() == nullptr || *order->as<bool>());
}

std::map<std::string, at::ScalarType> storage_dtypes(const pickle::Tree& tree) {
  std::map<std::string, at::ScalarType> dtypes;
  for (const auto& node : tree.nodes)
    if (const auto* storage = node.as<Storage>())
      if (dtypes.emplace(storage->key, storage->dtype).first->second != storage->dtype)
        corrupt_pytorch(fmt::format("storage '{}' has two dtypes", storage->key));
  return dtypes;
}

// Behind the pickles: for each key, in this order, the number of elements and then these.
std::map<std::string, at::Tensor> read_storages(pickle::Cursor& cursor, const pickle::Tree& tree, const Owner& owner) {
  const auto dtypes = storage_dtypes(tree);
  const pickle::Tree keys = pickle::unpickle(cursor);
  const auto* list = keys.root->as<pickle::Sequence>();
  if (list == nullptr) corrupt_pytorch("the PyTorch file lacks the list of its storages");
  std::map<std::string, at::Tensor> storages;
  for (const pickle::Ref item : list->items) {
    const auto* key = item->as<std::string>();
    const auto dtype = key != nullptr ? dtypes.find(*key) : dtypes.end();
    if (dtype == dtypes.end()) corrupt_pytorch("the PyTorch file lists a storage that no tensor uses");
    const auto size = cursor.number<std::int64_t>();
    const auto bytes = std::uint64_t(element_count(at::IntArrayRef(size), "storage " + *key)) * c10::elementSize(dtype->second);
    if (!storages.emplace(*key, tensor_over(cursor.take(bytes), dtype->second, {size}, owner)).second)
      corrupt_pytorch(fmt::format("the PyTorch file holds storage '{}' twice", *key));
  }
  return storages;
}

// A legacy file whose one object is a storage, within a pickle whose memory it must not refer to. It cannot hold another in turn.
at::Tensor embedded_storage(const std::string& content) {
  const Bytes bytes(reinterpret_cast<const std::byte*>(content.data()), content.size());
  pickle::Cursor cursor(bytes);
  read_preamble(cursor, pickle::unpickle(cursor));
  const pickle::Tree tree = pickle::unpickle(cursor);
  const auto* storage = tree.root->as<Storage>();
  if (storage == nullptr || storage->embedded != nullptr) corrupt_pytorch("a storage within the pickle is none");
  const auto storages = read_storages(cursor, tree, nullptr);
  const auto found = storages.find(storage->key);
  if (found == storages.end()) corrupt_pytorch("a storage within the pickle is empty");
  return found->second.clone();
}

// A pickle by itself, each of whose storages is a legacy file within it.
StateDict read_plain(const pickle::Tree& tree, std::uint64_t file_size) {
  std::map<pickle::Ref, at::Tensor> made;
  const FlatStorage storage = [&](const Storage& wanted) {
    if (wanted.embedded == nullptr) corrupt_pytorch("the pickle names a storage that it does not hold");
    at::Tensor& tensor = made[wanted.embedded];
    if (!tensor.defined()) tensor = embedded_storage(wanted.embedded->as<pickle::ByteString>()->bytes);
    return tensor;
  };
  return build(tree, storage, file_size);
}

StateDict read_legacy(Bytes bytes, const Owner& owner) {
  pickle::Cursor cursor(bytes);
  const pickle::Tree first = pickle::unpickle(cursor);
  if (first.root->as<pickle::Dictionary>() || first.root->as<pickle::Module>()) return read_plain(first, bytes.size());
  read_preamble(cursor, first);
  const pickle::Tree tree = pickle::unpickle(cursor);
  const auto storages = read_storages(cursor, tree, owner);
  const FlatStorage storage = [&](const Storage& wanted) {
    const auto found = storages.find(wanted.key);
    if (found == storages.end()) corrupt_pytorch(fmt::format("the PyTorch file lacks its storage '{}'", wanted.key));
    if (found->second.scalar_type() != wanted.dtype)
      throw Error(ErrorCategory::unsupported,
                  fmt::format("storage '{}' of the PyTorch file has no dtype of its own; save the file again in its zip form",
                              wanted.key));
    return found->second;
  };
  return build(tree, storage, bytes.size());
}

bool is_zip(Bytes bytes) {
  return bytes.size() >= 2 && bytes[0] == std::byte('P') && bytes[1] == std::byte('K');
}

}  // namespace

StateDict read_pytorch(Bytes bytes, const Owner& owner) {
  return is_zip(bytes) ? read_zip(bytes, owner) : read_legacy(bytes, owner);
}

StateDict read_pytorch(const std::filesystem::path& path) {
  const auto file = std::make_shared<const MappedFile>(path);
  return naming_file(path, [&] { return read_pytorch(file->bytes(), file); });
}

}  // namespace inkstone
