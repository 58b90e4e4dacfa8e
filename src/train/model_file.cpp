#include "train/model_file.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "inkstone/error.hpp"
#include "train/checkpoints.hpp"
#include "weights/load.hpp"

namespace inkstone {
namespace fs = std::filesystem;
namespace {

constexpr const char* kAverage = "average.";
constexpr const char* kNetwork = "network.";
constexpr int kFormat = 1;  // of models and checkpoints; files without one are of the first

const std::string& text_of(const StateDict& state, const std::string& key) {
  const auto found = state.metadata.find(key);
  if (found == state.metadata.end())
    throw Error(ErrorCategory::corrupt_file, fmt::format("the file has no '{}': it is not a model made by inkstone train", key));
  return found->second;
}

nlohmann::json shape_json(const PictureShape& shape) {
  return {{"channels", shape.channels}, {"height", shape.height}, {"width", shape.width}, {"classes", shape.classes}};
}

PictureShape shape_from(const std::string& text) try {
  const auto json = nlohmann::json::parse(text);
  PictureShape shape{json.at("channels"), json.at("height"), json.at("width"), json.at("classes")};
  const auto sane = [](int64_t n, int64_t most) { return n >= 1 && n <= most; };
  if (!sane(shape.channels, 16) || !sane(shape.height, 65536) || !sane(shape.width, 65536))
    throw Error(ErrorCategory::corrupt_file, "the model says that it paints pictures of an impossible size");
  return shape;
} catch (const nlohmann::json::exception& error) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("the model's 'inkstone.shape' cannot be read: {}", error.what()));
}

// Name -> tensor of every parameter and buffer, under "<network>.".
template <class Visitor>
void for_each_tensor(const std::vector<Network>& networks, bool all, Visitor&& visit) {
  for (const auto& network : networks) {
    if (!all && !network.paints) continue;
    for (const auto& item : network.module->named_parameters()) visit(network.name + "." + item.key(), item.value());
    for (const auto& item : network.module->named_buffers()) visit(network.name + "." + item.key(), item.value());
  }
}

// Of a checkpoint, the weights that paint: averages where they are kept, else the live ones.
StateDict model_of_checkpoint(const StateDict& state) {
  StateDict model;
  model.metadata = state.metadata;
  for (const auto& [name, tensor] : state.tensors)
    if (name.starts_with(kNetwork)) model.tensors[name.substr(std::string(kNetwork).size())] = tensor;
  for (const auto& [name, tensor] : state.tensors)
    if (name.starts_with(kAverage)) model.tensors[name.substr(std::string(kAverage).size())] = tensor;
  return model;
}

fs::path model_in(const fs::path& run) {
  return run / "model.safetensors";
}

}  // namespace

void describe(StateDict& state, const ModelDescription& description) {
  state.metadata["inkstone.format"] = std::to_string(kFormat);
  state.metadata["inkstone.family"] = description.family;
  state.metadata["inkstone.options"] = description.options;
  state.metadata["inkstone.shape"] = shape_json(description.shape).dump();
}

ModelDescription description_of(const StateDict& state) {
  if (const auto format = state.metadata.find("inkstone.format");
      format != state.metadata.end() && format->second != std::to_string(kFormat))
    throw Error(
        ErrorCategory::unsupported,
        fmt::format("the file is of format {}, and this program reads format {}; it was made by another version of inkstone",
                    format->second, kFormat));
  return {text_of(state, "inkstone.family"), text_of(state, "inkstone.options"), shape_from(text_of(state, "inkstone.shape"))};
}

void collect_weights(StateDict& into, const std::vector<Network>& networks, bool all, const std::string& prefix) {
  for_each_tensor(networks, all,
                  [&](const std::string& name, const at::Tensor& value) { into.tensors[prefix + name] = value.detach(); });
}

void fill_weights(const std::vector<Network>& networks, const StateDict& from, bool all, const std::string& prefix) {
  at::NoGradGuard no_gradient;
  for_each_tensor(networks, all,
                  [&](const std::string& name, at::Tensor value) { value.copy_(from.at(prefix + name, value.sizes())); });
}

std::size_t fill_matching(const std::vector<Network>& networks, const StateDict& from) {
  at::NoGradGuard no_gradient;
  std::size_t filled = 0;
  for_each_tensor(networks, true, [&](const std::string& name, at::Tensor value) {
    const auto found = from.tensors.find(name);
    if (found == from.tensors.end() || found->second.sizes() != value.sizes()) return;
    value.copy_(found->second);
    ++filled;
  });
  return filled;
}

StateDict read_model(const fs::path& path) {
  if (!fs::is_directory(path)) {
    const auto state = load_weights(path);
    return state.metadata.contains("inkstone.step") ? model_of_checkpoint(state) : state;
  }
  if (fs::exists(model_in(path))) return load_weights(model_in(path));
  const auto newest = Checkpoints(path, 1).newest([](const std::string&) {});
  if (!newest)
    throw Error(ErrorCategory::not_found, fmt::format("{} holds no model.safetensors and no checkpoint", path.string()));
  return model_of_checkpoint(*newest);
}

fs::path newest_checkpoint(const fs::path& run) {
  const auto files = Checkpoints(run, 1).files();
  if (files.empty())
    throw Error(ErrorCategory::not_found, fmt::format("{} holds no model.safetensors and no checkpoint", run.string()));
  return files.back();
}

}  // namespace inkstone
