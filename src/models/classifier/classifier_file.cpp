#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "inkstone/error.hpp"
#include "models/classifier/classifier.hpp"

namespace inkstone {
namespace {

using Json = nlohmann::json;

constexpr const char* kPrefix = "classifier.";

Json metadata_json(const StateDict& weights, const char* key) {
  const auto found = weights.metadata.find(key);
  auto json = found == weights.metadata.end() ? Json() : Json::parse(found->second, nullptr, false);
  if (!json.is_object())
    throw Error(ErrorCategory::corrupt_file, fmt::format("the classifier's metadata '{}' should be a JSON object", key));
  return json;
}

// Copies the file's tensors over every parameter and buffer of the network.
void fill(torch::nn::Module& net, const StateDict& weights) {
  const torch::NoGradGuard frozen;
  const auto take = [&](const std::string& name, at::Tensor& target) {
    if (target.scalar_type() == at::kLong) return;  // BatchNorm's count of batches: of no use after training
    target.copy_(weights.at(kPrefix + name, target.sizes()));
  };
  for (auto& item : net.named_parameters()) take(item.key(), item.value());
  for (auto& item : net.named_buffers()) take(item.key(), item.value());
}

}  // namespace

StateDict to_state_dict(const Classifier& classifier, at::ScalarType dtype) {
  StateDict weights;
  const auto keep = [&](const std::string& name, const at::Tensor& tensor) {
    if (tensor.scalar_type() != at::kLong) weights.tensors[kPrefix + name] = tensor.detach().to(at::kCPU, dtype).contiguous();
  };
  for (const auto& item : classifier.net->named_parameters()) keep(item.key(), item.value());
  for (const auto& item : classifier.net->named_buffers()) keep(item.key(), item.value());
  const auto& config = classifier.net->config;
  weights.metadata["inkstone.family"] = "classifier";
  weights.metadata["inkstone.options"] = Json{{"width", config.width}}.dump();
  weights.metadata["inkstone.shape"] = Json{
      {"channels", config.channels},
      {"height", classifier.height},
      {"width", classifier.width},
      {"classes", classifier.classes}}.dump();
  weights.metadata["inkstone.name"] = classifier.name;
  return weights;
}

Classifier to_classifier(const StateDict& weights) {
  const auto family = weights.metadata.find("inkstone.family");
  if (family == weights.metadata.end() || family->second != "classifier")
    throw Error(
        ErrorCategory::unsupported,
        "the file holds no classifier of this program (metadata 'inkstone.family'); train one with family = \"classifier\"");
  Classifier classifier;
  ClassifierConfig config;
  try {
    const auto shape = metadata_json(weights, "inkstone.shape");
    shape.at("channels").get_to(config.channels);
    shape.at("height").get_to(classifier.height);
    shape.at("width").get_to(classifier.width);
    shape.at("classes").get_to(classifier.classes);
  } catch (const Json::exception&) {
    throw Error(ErrorCategory::corrupt_file,
                "the classifier's metadata 'inkstone.shape' lacks channels, height, width or classes");
  }
  // what the tensors say is what counts: a config could not be larger than its file
  config.width = weights.at("classifier.conv1.weight", {-1, config.channels, 5, 5}).size(0);
  config.norm = weights.tensors.contains("classifier.norm1.running_mean") ? nn::Norm::batch : nn::Norm::layer;
  config.classes = weights.at("classifier.head.weight", {-1, 4 * config.width}).size(0);
  if (static_cast<int64_t>(classifier.classes.size()) != config.classes || classifier.height < 4 || classifier.width < 4)
    throw Error(ErrorCategory::corrupt_file, "the classifier's metadata 'inkstone.shape' contradicts its tensors");
  if (const auto name = weights.metadata.find("inkstone.name"); name != weights.metadata.end()) classifier.name = name->second;
  classifier.net = ClassifierNet(config);
  fill(*classifier.net, weights);
  classifier.net->eval();
  for (auto& parameter : classifier.net->parameters()) parameter.requires_grad_(false);
  return classifier;
}

}  // namespace inkstone
