#include "weights/keras_h5.hpp"

#include <set>
#include <vector>

#include <fmt/format.h>

#include "weights/hdf5_cursor.hpp"
#include "weights/hdf5_values.hpp"
#include "weights/named_file.hpp"

namespace inkstone {
namespace {

using hdf5::Address;
using hdf5::MessageType;

constexpr int kMaxGroupDepth = 32;

class Reader {
 public:
  explicit Reader(Bytes file) : file_(file), allowance_(file.size()) {}

  StateDict read() {
    const auto& top = file_.links(file_.root());
    const auto model = top.find("model_weights");  // where a whole model was saved
    const Address root = model != top.end() ? model->second : file_.root();
    if (const auto layers = names_in(root, "layer_names"))
      read_layers(root, *layers);
    else
      walk(root, "", 0);
    if (result_.tensors.empty()) hdf5::corrupt("holds no tensors");
    return std::move(result_);
  }

 private:
  void add(Address dataset, const std::string& name) {
    if (!result_.tensors.emplace(name, hdf5::read_dataset(file_, dataset, allowance_, name)).second)
      hdf5::corrupt(fmt::format("holds the tensor '{}' twice", name));
  }

  // Keras splits a list that is too long for one attribute into name0, name1, ...
  std::optional<std::vector<std::string>> names_in(Address group, const std::string& attribute) {
    auto names = hdf5::read_texts(file_, group, attribute);
    if (names) return names;
    for (int part = 0; auto more = hdf5::read_texts(file_, group, attribute + std::to_string(part)); ++part) {
      if (!names) names.emplace();
      names->insert(names->end(), more->begin(), more->end());
    }
    return names;
  }

  void read_layers(Address root, const std::vector<std::string>& layers) {
    std::set<std::string> seen;
    for (const auto& layer : layers) {
      if (!seen.insert(layer).second) hdf5::corrupt(fmt::format("names the layer '{}' twice", layer));
      const Address group = file_.follow(root, layer);
      for (const auto& weight : names_in(group, "weight_names").value_or(std::vector<std::string>{}))
        add(file_.follow(group, weight), weight);
    }
  }

  // Every dataset below the group, under its path; every object once.
  void walk(Address group, const std::string& prefix, int depth) {
    if (depth > kMaxGroupDepth) hdf5::corrupt(fmt::format("nests its groups too deep under '{}'", prefix));
    for (const auto& [name, object] : file_.links(group)) {
      if (!seen_.insert(object).second) hdf5::corrupt(fmt::format("has '{}' as a second way to one object", prefix + name));
      if (file_.message(object, MessageType::layout) != nullptr)
        add(object, prefix + name);
      else
        walk(object, prefix + name + "/", depth + 1);
    }
  }

  hdf5::File file_;
  hdf5::Allowance allowance_;
  std::set<Address> seen_;
  StateDict result_;
};

}  // namespace

StateDict read_keras_h5(Bytes file) {
  return Reader(file).read();
}

StateDict read_keras_h5(const std::filesystem::path& path) {
  const MappedFile file(path);
  return naming_file(path, [&] { return read_keras_h5(file.bytes()); });
}

}  // namespace inkstone
