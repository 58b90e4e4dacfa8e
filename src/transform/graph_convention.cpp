#include "transform/graph_convention.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/files.hpp"
#include "core/toml.hpp"
#include "inkstone/error.hpp"

namespace inkstone::transform {
namespace {

template <class T>
void prefer(std::optional<T>& known, const std::optional<T>& next) {
  if (!known) known = next;
}

Range range_of(const nlohmann::json& value, const std::string& place) {
  const bool pair = value.is_array() && value.size() == 2 && value[0].is_number() && value[1].is_number();
  if (!pair || value[0] == value[1])
    throw Error(ErrorCategory::bad_argument, place + ": write the numbers of black and white, such as [0, 255]");
  return {value[0].get<double>(), value[1].get<double>()};
}

bool is_bgr(const std::string& colours, const std::string& place) {
  if (colours != "rgb" && colours != "bgr") throw Error(ErrorCategory::bad_argument, place + ": colours are \"rgb\" or \"bgr\"");
  return colours == "bgr";
}

void read_sidecar(const std::filesystem::path& file, Convention& known) {
  if (!std::filesystem::exists(file)) return;
  const auto document = parse_toml(read_file(file, 1 << 16), file.filename().string());
  for (const auto& [key, value] : document.values.items()) {
    if (key == "input")
      prefer(known.input, {range_of(value, document.place(key))});
    else if (key == "output")
      prefer(known.output, {range_of(value, document.place(key))});
    else if (key == "colours" && value.is_string())
      prefer(known.bgr, {is_bgr(value.get<std::string>(), document.place(key))});
    else
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("{}: '{}' is none of input, output, colours", document.place(key), key));
  }
}

// "-1 1", "0,255"; absent where it is something else.
std::optional<Range> parse_range(const std::string& text) {
  Range range;
  if (std::sscanf(text.c_str(), "%lf%*[ ,;]%lf", &range.black, &range.white) != 2 || range.black == range.white)
    return std::nullopt;
  return range;
}

void read_properties(const std::map<std::string, std::string>& properties, Convention& known) {
  const auto at = [&](const char* key) {
    const auto found = properties.find(key);
    return found == properties.end() ? std::string() : found->second;
  };
  prefer(known.input, parse_range(at("inkstone.input")));
  prefer(known.output, parse_range(at("inkstone.output")));
  const std::string colours = at("inkstone.colours"), format = at("Image.BitmapPixelFormat"),
                    nominal = at("Image.NominalPixelRange");
  if (colours == "rgb" || colours == "bgr") prefer(known.bgr, {colours == "bgr"});
  if (format.starts_with("Bgr") || format.starts_with("Rgb")) prefer(known.bgr, {format.starts_with("Bgr")});
  if (nominal == "NominalRange_0_255") prefer(known.input, {Range{0, 255}});
  if (nominal == "Normalized_0_1") prefer(known.input, {Range{0, 1}});
  if (nominal == "Normalized_1_1") prefer(known.input, {Range{-1, 1}});
}

// The three numbers that the first node adds, in the order of channels.
std::optional<std::array<double, 3>> first_offsets(const Graph& graph) {
  const std::string& input = graph.inputs[0].name;
  for (const auto& node : graph.nodes) {
    if (node.inputs.empty() || node.inputs[0] != input) continue;
    std::vector<double> numbers;
    if (const auto bias = node.attributes.find("bias"); node.op == "ImageScaler" && bias != node.attributes.end())
      if (const auto* list = std::get_if<std::vector<double>>(&bias->second)) numbers = *list;
    const auto constant = node.inputs.size() == 2 ? graph.constants.find(node.inputs[1]) : graph.constants.end();
    if ((node.op == "Sub" || node.op == "Add") && constant != graph.constants.end() && constant->second.numel() == 3) {
      const auto wide = constant->second.to(at::kDouble).reshape({3}).contiguous();
      numbers.assign(wide.data_ptr<double>(), wide.data_ptr<double>() + 3);
    }
    if (numbers.size() == 3) return std::array{numbers[0], numbers[1], numbers[2]};
  }
  return std::nullopt;
}

// Means of ImageNet between 103.9 (blue) and 123.7 (red), as Caffe's networks subtract them.
void read_beginning(const Graph& graph, Convention& known) {
  if (graph.inputs[0].dtype == at::kByte) prefer(known.input, {Range{0, 255}});
  const auto offsets = first_offsets(graph);
  if (!offsets || std::abs((*offsets)[1]) < 100 || std::abs((*offsets)[1]) > 130) return;
  prefer(known.input, {Range{0, 255}});
  prefer(known.bgr, {std::abs((*offsets)[0]) < std::abs((*offsets)[2])});
}

}  // namespace

Convention stated_convention(const std::filesystem::path& model, const Graph& graph) {
  Convention known;
  read_sidecar(model.string() + ".toml", known);
  read_properties(graph.metadata, known);
  read_beginning(graph, known);
  if (!graph.outputs.empty() && graph.outputs[0].dtype == at::kByte) prefer(known.output, {Range{0, 255}});
  return known;
}

}  // namespace inkstone::transform
