#include "weights/keras_h5.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"

#ifndef INKSTONE_HAVE_HDF5

namespace inkstone {

StateDict read_keras_h5(const std::filesystem::path& path) {
  throw Error(ErrorCategory::unsupported,
              fmt::format("{} is an HDF5 file, which this build cannot read; convert it to safetensors with a full build", path.string()));
}

}  // namespace inkstone

#else

#include <mutex>
#include <set>
#include <vector>

#include <ATen/ATen.h>
#include <hdf5.h>

#include "core/files.hpp"
#include "weights/extent.hpp"

namespace inkstone {
namespace {

constexpr std::uint64_t kMaxUnpacked = std::uint64_t(16) << 30;
constexpr std::uint64_t kMaxRatio = 4096;
constexpr int kMaxDepth = 32;

[[noreturn]] void corrupt(const std::string& what) { throw Error(ErrorCategory::corrupt_file, fmt::format("{}; get the .h5 file again", what)); }

// Any HDF5 identifier, closed by the function that its kind needs.
class Id {
 public:
  Id(hid_t id, herr_t (*close)(hid_t), const std::string& what) : id_(id), close_(close) {
    if (id < 0) corrupt(fmt::format("HDF5 cannot read {}", what));
  }
  ~Id() { close_(id_); }
  Id(const Id&) = delete;
  Id& operator=(const Id&) = delete;
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

// HDF5's serial library is not for two threads at once, and prints its errors unless told not to.
class Library {
 public:
  Library() : lock_(mutex()) {
    H5Eget_auto2(H5E_DEFAULT, &printer_, &argument_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  ~Library() { H5Eset_auto2(H5E_DEFAULT, printer_, argument_); }

 private:
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }
  std::lock_guard<std::mutex> lock_;
  H5E_auto2_t printer_ = nullptr;
  void* argument_ = nullptr;
};

struct NumberType {
  at::ScalarType dtype;
  hid_t memory;  // what HDF5 converts to
};

NumberType number_type(hid_t type, const std::string& name) {
  const auto kind = H5Tget_class(type);
  const std::size_t size = H5Tget_size(type);
  if (kind == H5T_FLOAT && (size == 2 || size == 4)) return {at::kFloat, H5T_NATIVE_FLOAT};
  if (kind == H5T_FLOAT && size == 8) return {at::kDouble, H5T_NATIVE_DOUBLE};
  if (kind == H5T_INTEGER && size == 1 && H5Tget_sign(type) == H5T_SGN_NONE) return {at::kByte, H5T_NATIVE_UCHAR};
  if (kind == H5T_INTEGER && size == 1) return {at::kChar, H5T_NATIVE_SCHAR};
  if (kind == H5T_INTEGER && size == 2) return {at::kShort, H5T_NATIVE_SHORT};
  if (kind == H5T_INTEGER && size == 4) return {at::kInt, H5T_NATIVE_INT};
  if (kind == H5T_INTEGER && size == 8) return {at::kLong, H5T_NATIVE_LLONG};
  throw Error(ErrorCategory::unsupported, fmt::format("dataset '{}' holds neither whole numbers nor floats", name));
}

Shape shape_of(hid_t space, const std::string& name) {
  const int rank = H5Sget_simple_extent_ndims(space);
  if (rank < 0 || H5Sget_simple_extent_type(space) == H5S_NULL) corrupt(fmt::format("dataset '{}' has no shape", name));
  std::vector<hsize_t> sizes(rank);
  H5Sget_simple_extent_dims(space, sizes.data(), nullptr);
  return Shape(sizes.begin(), sizes.end());  // 2^63 and above turn negative, which element_count refuses
}

// External storage would read any file of the machine; virtual datasets likewise.
void require_own_storage(hid_t dataset, const std::string& name) {
  const Id creation(H5Dget_create_plist(dataset), H5Pclose, name);
  if (H5Pget_external_count(creation) != 0 || H5Pget_layout(creation) == H5D_VIRTUAL)
    corrupt(fmt::format("dataset '{}' keeps its numbers in another file", name));
}

// Reads datasets of one file within its allowance.
class Reader {
 public:
  explicit Reader(std::uint64_t file_size) : left_(std::min(kMaxUnpacked, file_size * kMaxRatio)) {}

  void read_dataset(hid_t parent, const std::string& path, const std::string& name) {
    const Id dataset(H5Dopen2(parent, path.c_str(), H5P_DEFAULT), H5Dclose, fmt::format("dataset '{}'", name));
    const Id space(H5Dget_space(dataset), H5Sclose, name), type(H5Dget_type(dataset), H5Tclose, name);
    require_own_storage(dataset, name);
    const auto [dtype, memory] = number_type(type, name);
    const Shape shape = shape_of(space, name);
    reserve(std::uint64_t(element_count(shape, name)) * c10::elementSize(dtype), H5Dget_storage_size(dataset), name);
    at::Tensor tensor = at::empty(shape, dtype);
    if (H5Dread(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, tensor.data_ptr()) < 0) corrupt(fmt::format("dataset '{}' is damaged", name));
    if (!result.tensors.emplace(name, tensor).second) corrupt(fmt::format("the tensor '{}' stands there twice", name));
  }

  // Every dataset below group, under its path; every group and dataset once.
  void walk(hid_t group, const std::string& prefix, int depth);

  StateDict result;

 private:
  void reserve(std::uint64_t size, std::uint64_t stored, const std::string& name) {
    if (size > left_ || size / kMaxRatio > stored) corrupt(fmt::format("dataset '{}' claims {} bytes from {} on disk", name, size, stored));
    left_ -= size;
  }

  std::uint64_t left_;
  std::set<std::pair<unsigned long, haddr_t>> seen_;
};

// Soft and external links may point anywhere: only hard links are followed.
void require_hard_link(hid_t group, const std::string& name) {
  H5L_info_t link;
  if (H5Lget_info(group, name.c_str(), &link, H5P_DEFAULT) < 0) corrupt(fmt::format("there is no '{}'", name));
  if (link.type != H5L_TYPE_HARD) corrupt(fmt::format("'{}' is a link to elsewhere", name));
}

void require_hard_path(hid_t group, const std::string& path) {
  for (std::size_t end = path.find('/');; end = path.find('/', end + 1)) {
    if (end != 0) require_hard_link(group, path.substr(0, end));
    if (end == std::string::npos) return;
  }
}

std::string link_name(hid_t group, hsize_t index) {
  const auto size = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, index, nullptr, 0, H5P_DEFAULT);
  if (size < 0) corrupt("HDF5 cannot read a group");
  std::string name(size, '\0');
  H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, index, name.data(), name.size() + 1, H5P_DEFAULT);
  return name;
}

void Reader::walk(hid_t group, const std::string& prefix, int depth) {
  H5G_info_t info;
  if (depth > kMaxDepth || H5Gget_info(group, &info) < 0) corrupt(fmt::format("the groups under '{}' nest too deep", prefix));
  for (hsize_t i = 0; i < info.nlinks; ++i) {
    const std::string name = link_name(group, i);
    require_hard_link(group, name);
    H5O_info_t object;
    if (H5Oget_info_by_name(group, name.c_str(), &object, H5P_DEFAULT) < 0) corrupt(fmt::format("HDF5 cannot read '{}'", prefix + name));
    if (!seen_.insert({object.fileno, object.addr}).second) corrupt(fmt::format("'{}' is a second way to one object", prefix + name));
    if (object.type == H5O_TYPE_DATASET) read_dataset(group, name, prefix + name);
    if (object.type != H5O_TYPE_GROUP) continue;
    const Id child(H5Gopen2(group, name.c_str(), H5P_DEFAULT), H5Gclose, prefix + name);
    walk(child, prefix + name + "/", depth + 1);
  }
}

std::vector<std::string> fixed_texts(hid_t attribute, hid_t type, std::size_t count) {
  const std::size_t size = H5Tget_size(type);
  if (size == 0 || size > 65536 || count > 1 << 20) corrupt("a list of names is impossibly long");
  std::string block(size * count, '\0');
  if (H5Aread(attribute, type, block.data()) < 0) corrupt("HDF5 cannot read a list of names");
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) texts.emplace_back(block.substr(i * size, size).c_str());  // up to the padding
  return texts;
}

std::vector<std::string> variable_texts(hid_t attribute, hid_t space, std::size_t count) {
  const Id memory(H5Tcopy(H5T_C_S1), H5Tclose, "text");
  H5Tset_size(memory, H5T_VARIABLE);
  const Id stored(H5Aget_type(attribute), H5Tclose, "text");
  H5Tset_cset(memory, H5Tget_cset(stored));
  std::vector<char*> pointers(count, nullptr);
  if (H5Aread(attribute, memory, pointers.data()) < 0) corrupt("HDF5 cannot read a list of names");
  std::vector<std::string> texts;
  for (const char* text : pointers) texts.emplace_back(text == nullptr ? "" : text);
  H5Dvlen_reclaim(memory, space, H5P_DEFAULT, pointers.data());
  return texts;
}

// A list of texts, of fixed length (Keras with Python 2 and 3) or variable; absent if there is no such attribute.
std::vector<std::string> names_in(hid_t object, const char* attribute_name) {
  if (H5Aexists(object, attribute_name) <= 0) return {};
  const Id attribute(H5Aopen(object, attribute_name, H5P_DEFAULT), H5Aclose, attribute_name);
  const Id space(H5Aget_space(attribute), H5Sclose, attribute_name), type(H5Aget_type(attribute), H5Tclose, attribute_name);
  const auto count = static_cast<std::size_t>(element_count(shape_of(space, attribute_name), attribute_name));
  if (count == 0) return {};
  if (H5Tget_class(type) != H5T_STRING || count > 1 << 20) corrupt(fmt::format("\"{}\" is not a list of names", attribute_name));
  return H5Tis_variable_str(type) > 0 ? variable_texts(attribute, space, count) : fixed_texts(attribute, type, count);
}

void read_layers(Reader& reader, hid_t root) {
  for (const auto& layer : names_in(root, "layer_names")) {
    require_hard_path(root, layer);
    const Id group(H5Gopen2(root, layer.c_str(), H5P_DEFAULT), H5Gclose, fmt::format("layer '{}'", layer));
    for (const auto& weight : names_in(group, "weight_names")) {
      require_hard_path(group, weight);
      reader.read_dataset(group, weight, weight);
    }
  }
}

}  // namespace

StateDict read_keras_h5(const std::filesystem::path& path) {
  const std::uint64_t size = MappedFile(path).bytes().size();  // its errors, where the path is no readable file
  const Library library;
  const Id file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, path.string());
  Reader reader(size);
  const bool nested = H5Lexists(file, "model_weights", H5P_DEFAULT) > 0;  // a whole saved model
  if (nested) require_hard_link(file, "model_weights");
  const Id root(H5Gopen2(file, nested ? "model_weights" : "/", H5P_DEFAULT), H5Gclose, path.string());
  if (H5Aexists(root, "layer_names") > 0) read_layers(reader, root);
  else reader.walk(root, "", 0);
  if (reader.result.tensors.empty()) corrupt(fmt::format("{} holds no tensors", path.string()));
  return std::move(reader.result);
}

}  // namespace inkstone

#endif
