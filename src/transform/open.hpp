// From files to a painter: the one table of the kinds of networks that take a picture and give a picture.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <ATen/core/Tensor.h>

#include "tensor/state_dict.hpp"
#include "transform/picture_network.hpp"

namespace inkstone::transform {

struct ModelFiles {
  std::filesystem::path path;  // what stands for the model: a file, a manifest, or a folder
  std::string kind = {};       // where the catalogue says it ("loader"); empty: found out from the files
};

struct Compute {
  at::ScalarType dtype = at::kFloat;  // of the convolutions: float32 or bfloat16
};

// The files of one model while they are being looked at; weights are read once, when a kind first asks.
class ModelContent {
 public:
  explicit ModelContent(std::filesystem::path path) : path_(std::move(path)) {}
  const std::filesystem::path& path() const { return path_; }
  // Whether the path, or a file of this name in the folder, ends so (".onnx", "model.json").
  bool ends_with(std::string_view end) const;
  // Every tensor by its name in the file. Throws what load_weights does.
  const StateDict& weights() const;
  // The same, null where the files hold no weights that can be read here.
  const StateDict* weights_if_any() const;
  bool holds(const std::string& tensor) const { return weights_if_any() && weights_if_any()->contains(tensor); }

 private:
  std::filesystem::path path_;
  mutable std::optional<StateDict> weights_;
  mutable bool unreadable_ = false;
};

// What a network is there for: to paint in another manner, to enlarge or restore, or who knows: a graph may do either.
enum class Purpose { paint, mend, any };

struct Kind {
  const char* name;  // as the catalogue's `loader` says it
  Purpose purpose;
  bool (*recognises)(const ModelContent& content);
  std::unique_ptr<PictureNetwork> (*make)(const ModelContent& content, const Compute& compute);
};

// In the order in which they are asked: networks of our own first, then graphs that run as their file says.
std::span<const Kind> kinds();

// Whether one of the kinds takes the model. Throws not_found for a path that does not exist.
bool is_known(const ModelFiles& files);

// Throws not_found for a path that does not exist, unsupported for a model of another kind (naming those that are known), and
// what the kind's reader throws. purpose: where given, takes that of the kind.
std::unique_ptr<PictureNetwork> open(const ModelFiles& files, const Compute& compute = {}, Purpose* purpose = nullptr);

}  // namespace inkstone::transform
