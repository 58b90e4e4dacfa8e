// The names under which RRDBNet is published, brought to BasicSR's.
#include <algorithm>
#include <cmath>
#include <map>
#include <regex>
#include <set>

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/esrgan/rrdb.hpp"
#include "models/esrgan/tfjs_layers.hpp"

namespace inkstone {
namespace {

bool holds_all(const StateDict& weights, std::initializer_list<const char*> names) {
  return std::all_of(names.begin(), names.end(), [&](const char* name) { return weights.contains(name); });
}

// BasicSR and Real-ESRGAN: conv_first, body.0.rdb1.conv1, ...
bool is_basicsr(const StateDict& w) {
  return holds_all(w, {"conv_first.weight", "body.0.rdb1.conv1.weight", "conv_body.weight", "conv_last.weight"});
}
// ESRGAN's published models: conv_first, RRDB_trunk.0.RDB1.conv1, ...
bool is_esrgan(const StateDict& w) {
  return holds_all(w, {"conv_first.weight", "RRDB_trunk.0.RDB1.conv1.weight", "trunk_conv.weight", "conv_last.weight"});
}
// Before that, and most community models: places in nested lists.
bool is_first_esrgan(const StateDict& w) {
  return holds_all(w, {"model.0.weight", "model.1.sub.0.RDB1.conv1.0.weight"});
}
// upscaler.js, thick.
bool is_thick(const StateDict& w) {
  return holds_all(w, {"Pre_blocks_conv/kernel", "F_1_1_1/kernel", "LFF_1_1/kernel", "PreShuffle/kernel", "SR/kernel"});
}

StateDict renamed_by(const StateDict& weights, const std::function<std::string(const std::string&)>& rename) {
  StateDict renamed;
  for (const auto& [name, tensor] : weights.tensors) renamed.tensors[rename(name)] = tensor;
  return renamed;
}

std::string from_esrgan(const std::string& name) {
  static const std::vector<std::pair<std::regex, std::string>> rules = {{std::regex("^RRDB_trunk\\."), "body."},
                                                                        {std::regex("RDB([123])"), "rdb$1"},
                                                                        {std::regex("^trunk_conv"), "conv_body"},
                                                                        {std::regex("^upconv"), "conv_up"},
                                                                        {std::regex("^HRconv"), "conv_hr"}};
  std::string renamed = name;
  for (const auto& [pattern, text] : rules) renamed = std::regex_replace(renamed, pattern, text);
  return renamed;
}

// Places of the outer list that hold convolutions behind the body, in order: the enlargements, then the last two.
std::vector<int> tail_places(const StateDict& weights) {
  static const std::regex pattern("^model\\.(\\d{1,3})\\.weight$");
  std::vector<int> places;
  std::smatch match;
  for (const auto& [name, tensor] : weights.tensors)
    if (std::regex_match(name, match, pattern) && match[1] != "0") places.push_back(std::stoi(match[1]));
  std::sort(places.begin(), places.end());
  if (places.size() < 2)
    throw Error(ErrorCategory::corrupt_file, "the ESRGAN model lacks its last convolutions (model.8, model.10)");
  return places;
}

StateDict from_first_esrgan(const StateDict& weights) {
  const auto places = tail_places(weights);
  std::map<std::string, std::string> tail;
  for (std::size_t k = 0; k + 2 < places.size(); ++k) tail[std::to_string(places[k])] = fmt::format("conv_up{}", k + 1);
  tail[std::to_string(places[places.size() - 2])] = "conv_hr";
  tail[std::to_string(places.back())] = "conv_last";
  static const std::regex dense("^model\\.1\\.sub\\.(\\d+)\\.RDB([123])\\.conv([1-5])\\.0\\.(weight|bias)$");
  static const std::regex trunk("^model\\.1\\.sub\\.\\d+\\.(weight|bias)$"), outer("^model\\.(\\d+)\\.(weight|bias)$");
  return renamed_by(weights, [&](const std::string& name) -> std::string {
    std::smatch match;
    if (std::regex_match(name, match, dense))
      return fmt::format("body.{}.rdb{}.conv{}.{}", match[1].str(), match[2].str(), match[3].str(), match[4].str());
    if (std::regex_match(name, match, trunk)) return "conv_body." + match[1].str();
    if (std::regex_match(name, match, outer)) return (match[1] == "0" ? "conv_first" : tail[match[1]]) + "." + match[2].str();
    return name;
  });
}

// Blocks count from 1 there.
StateDict from_thick(const StateDict& weights) {
  static const std::regex grow("^F_(\\d+)_([123])_([1-4])\\.(weight|bias)$"), fuse("^LFF_(\\d+)_([123])\\.(weight|bias)$");
  static const std::map<std::string, std::string> ends = {
      {"Pre_blocks_conv", "conv_first"}, {"post_blocks_conv", "conv_body"}, {"PreShuffle", "conv_up"}, {"SR", "conv_last"}};
  return renamed_by(from_tfjs_layers(weights), [&](const std::string& name) -> std::string {
    std::smatch match;
    const auto block = [&] { return std::stoi(match[1]) - 1; };
    if (std::regex_match(name, match, grow))
      return fmt::format("body.{}.rdb{}.conv{}.{}", block(), match[2].str(), match[3].str(), match[4].str());
    if (std::regex_match(name, match, fuse))
      return fmt::format("body.{}.rdb{}.conv5.{}", block(), match[2].str(), match[3].str());
    const auto dot = name.rfind('.');
    const auto end = ends.find(name.substr(0, dot));
    return end == ends.end() ? name : end->second + name.substr(dot);
  });
}

int64_t count_of(const StateDict& weights, const char* pattern, int64_t first) {
  int64_t count = 0;
  while (weights.contains(fmt::format(fmt::runtime(pattern), first + count))) ++count;
  return count;
}

int64_t root(int64_t channels, int64_t of) {
  return std::lround(std::sqrt(double(channels) / double(of)));
}

RrdbConfig rrdb_config_of(const StateDict& w) {
  RrdbConfig config;
  const auto& first = w.at("conv_first.weight", {-1, -1, 3, 3});
  config.features = first.size(0);
  config.unshuffle = root(first.size(1), 3);
  config.growth = w.at("body.0.rdb1.conv1.weight", {-1, config.features, 3, 3}).size(0);
  config.blocks = count_of(w, "body.{}.rdb1.conv1.weight", 0);
  config.enlargements = count_of(w, "conv_up{}.weight", 1);
  if (w.contains("conv_up.weight")) {
    config.subpixel = root(w.at("conv_up.weight", {-1, -1, 3, 3}).size(0), 3);
    config.slope = 0;
  }
  return config;
}

}  // namespace

bool is_rrdb(const StateDict& weights) {
  return is_basicsr(weights) || is_esrgan(weights) || is_first_esrgan(weights) || is_thick(weights);
}

RrdbWeights canonical_rrdb(const StateDict& weights) {
  if (!is_rrdb(weights)) throw Error(ErrorCategory::unsupported, "the weights are of no RRDB network (ESRGAN, Real-ESRGAN)");
  RrdbWeights canonical;
  if (is_basicsr(weights))
    canonical.weights = weights;
  else if (is_esrgan(weights))
    canonical.weights = renamed_by(weights, from_esrgan);
  else
    canonical.weights = is_thick(weights) ? from_thick(weights) : from_first_esrgan(weights);
  // sizes that an exported graph computes with
  std::erase_if(canonical.weights.tensors, [](const auto& tensor) { return tensor.first.starts_with("onnx::"); });
  canonical.config = rrdb_config_of(canonical.weights);
  return canonical;
}

}  // namespace inkstone
