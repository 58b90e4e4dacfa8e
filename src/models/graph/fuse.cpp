#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>

#include <ATen/ATen.h>

#include "models/graph/simplify.hpp"

namespace inkstone::graph {
namespace {

// Where a layer keeps what can be changed. TensorFlow's kernels are [kh,kw,I,O], those of its transposed convolution [kh,kw,O,I].
struct Layer {
  std::size_t weight = 1, bias = 2;
  std::int64_t channels = 0;  // axis of the weight that counts the results
};

// Whether the attribute has the value; `absent` where the node does not say.
template <class T>
bool is(const GraphNode& node, const char* name, const T& value, bool absent) {
  const auto found = node.attributes.find(name);
  if (found == node.attributes.end()) return absent;
  const T* held = std::get_if<T>(&found->second);
  return held && *held == value;
}

std::optional<Layer> layer_of(const Graph& graph, const GraphNode& node) {
  const bool grouped = !is(node, "group", std::int64_t(1), true);
  if (graph.dialect == Graph::Dialect::onnx) {
    if (node.op == "Conv") return Layer{};
    if (node.op == "ConvTranspose" && !grouped) return Layer{.channels = 1};
    return std::nullopt;
  }
  if (node.op == "Conv2D") return Layer{.channels = 3};
  if (node.op == "Conv2DBackpropInput") return Layer{.weight = 1, .bias = 3, .channels = 2};
  return std::nullopt;
}

class Fuser {
 public:
  explicit Fuser(Graph& graph) : graph_(graph) {
    for (const auto& output : graph.outputs) uses_[output.name] = 2;  // needed whatever happens
    for (const auto& node : graph.nodes)
      for (const auto& input : node.inputs) ++uses_[input];
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
      for (const auto& output : graph.nodes[i].outputs) makers_[output] = i;
  }

  void run() {
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) fuse(i);
    std::erase_if(graph_.nodes, [](const GraphNode& node) { return node.op.empty(); });
  }

 private:
  // The node is joined to the one that makes its first input, or to the one behind where it is a border.
  void fuse(std::size_t index) {
    GraphNode& node = graph_.nodes[index];
    if (node.op == "Conv" && graph_.dialect == Graph::Dialect::onnx) take_border(node);
    for (std::size_t side = 0; side < std::min<std::size_t>(node.inputs.size(), 2); ++side) {
      GraphNode* before = sole_maker(node.inputs[side]);
      if (!before || before->attributes.count("fused")) continue;
      const bool done =
          absorb_rectifier(*before, node, side) || absorb_norm(*before, node, side) || absorb_constant(*before, node, side);
      if (!done) continue;
      makers_[node.outputs[0]] = makers_.at(before->outputs[0]);
      before->outputs[0] = node.outputs[0];
      node = GraphNode{};
      return;
    }
  }

  GraphNode* sole_maker(const std::string& value) {
    const auto maker = makers_.find(value);
    if (maker == makers_.end() || uses_[value] != 1) return nullptr;
    GraphNode& node = graph_.nodes[maker->second];
    return node.outputs.size() == 1 ? &node : nullptr;
  }

  const at::Tensor* constant(const GraphNode& node, std::size_t i) const {
    if (i >= node.inputs.size() || node.inputs[i].empty()) return nullptr;
    const auto found = graph_.constants.find(node.inputs[i]);
    return found == graph_.constants.end() ? nullptr : &found->second;
  }

  double number(const GraphNode& node, const char* name, double otherwise) const {
    const auto found = node.attributes.find(name);
    const double* value = found == node.attributes.end() ? nullptr : std::get_if<double>(&found->second);
    return value ? *value : otherwise;
  }

  static bool is_fused(const GraphNode& node) {
    return node.attributes.count("fused.leaky") != 0 || node.attributes.count("fused.low") != 0;
  }

  bool absorb_rectifier(GraphNode& before, const GraphNode& node, std::size_t side) const {
    const bool normalises = before.op == "InstanceNormalization";
    if (side != 0 || (!normalises && !layer_of(graph_, before)) || is_fused(before)) return false;
    if (node.op == "Relu") return before.attributes.emplace("fused.leaky", 0.0), true;
    if (node.op == "LeakyRelu") {
      const bool onnx = graph_.dialect == Graph::Dialect::onnx;
      return before.attributes.emplace("fused.leaky", number(node, "alpha", onnx ? 0.01 : 0.2)), true;
    }
    return !normalises && absorb_clip(before, node);
  }

  bool absorb_clip(GraphNode& before, const GraphNode& node) const {
    std::optional<double> low, high;
    if (node.op == "Relu6") low = 0, high = 6;
    if (node.op == "Clip" && graph_.opset >= 11) {
      const at::Tensor *a = constant(node, 1), *b = constant(node, 2);
      if (a && b && a->numel() == 1 && b->numel() == 1)
        low = a->to(at::kDouble).item<double>(), high = b->to(at::kDouble).item<double>();
    }
    if (node.op == "Clip" && graph_.opset < 11 && node.attributes.count("min") && node.attributes.count("max"))
      low = number(node, "min", 0), high = number(node, "max", 0);
    if (!low || !high || !(*low <= *high)) return false;
    before.attributes.emplace("fused.low", *low);
    before.attributes.emplace("fused.high", *high);
    return true;
  }

  // A constant that is one number for each channel, as float64 [C]; absent otherwise.
  std::optional<at::Tensor> per_channel(const at::Tensor& value, std::int64_t channels) const {
    if (!value.is_floating_point()) return std::nullopt;
    if (value.numel() == 1 && value.dim() <= 4) return value.to(at::kDouble).reshape({1}).expand({channels});
    const bool onnx = graph_.dialect == Graph::Dialect::onnx;
    const auto axis = onnx ? value.dim() - 3 : value.dim() - 1;
    if (value.numel() != channels || axis < 0 || value.dim() > 4 || value.size(axis) != channels) return std::nullopt;
    return value.to(at::kDouble).reshape({channels});
  }

  struct Editable {
    Layer layer;
    at::Tensor weight, bias;  // float64
  };

  std::optional<Editable> editable(const GraphNode& node) const {
    const auto layer = layer_of(graph_, node);
    if (!layer || is_fused(node)) return std::nullopt;
    const at::Tensor* weight = constant(node, layer->weight);
    const bool has_bias = node.inputs.size() > layer->bias && !node.inputs[layer->bias].empty();
    const at::Tensor* bias = constant(node, layer->bias);
    if (!weight || weight->dim() <= layer->channels || weight->dim() < 3 || (has_bias && !bias)) return std::nullopt;
    const auto channels = weight->size(layer->channels);
    if (bias && bias->numel() != channels) return std::nullopt;
    return Editable{*layer, weight->to(at::kDouble), bias ? bias->to(at::kDouble) : at::zeros({channels}, at::kDouble)};
  }

  // weight' = scale weight, bias' = scale bias + offset, per result channel.
  void edit(GraphNode& node, const Editable& e, const at::Tensor& scale, const at::Tensor& offset) {
    std::vector<std::int64_t> shape(e.weight.dim(), 1);
    shape[e.layer.channels] = -1;
    const auto name = [&](const char* what) { return node.outputs[0] + "/" + what + "/" + std::to_string(edits_); };
    ++edits_;
    if (node.inputs.size() <= e.layer.bias) node.inputs.resize(e.layer.bias + 1);
    node.inputs[e.layer.weight] = name("weight");
    node.inputs[e.layer.bias] = name("bias");
    graph_.constants[node.inputs[e.layer.weight]] = (e.weight * scale.view(shape)).to(at::kFloat);
    graph_.constants[node.inputs[e.layer.bias]] = (e.bias * scale + offset).to(at::kFloat);
  }

  bool absorb_norm(GraphNode& before, const GraphNode& node, std::size_t side) {
    if (node.op != "BatchNormalization" || side != 0 || node.outputs.size() != 1) return false;
    const auto e = editable(before);
    const at::Tensor* parts[4];
    for (std::size_t i = 0; i < 4; ++i) {
      parts[i] = constant(node, i + 1);
      if (!e || !parts[i] || parts[i]->numel() != e->bias.numel()) return false;
    }
    const auto wide = [&](int i) { return parts[i]->to(at::kDouble).reshape({-1}); };
    const auto scale = wide(0) / at::sqrt(wide(3) + number(node, "epsilon", 1e-5));
    edit(before, *e, scale, wide(1) - wide(2) * scale);
    return true;
  }

  bool absorb_constant(GraphNode& before, const GraphNode& node, std::size_t side) {
    const bool adds = node.op == "Add" || node.op == "AddV2" || (node.op == "BiasAdd" && side == 0);
    const bool scales = node.op == "Mul";
    if ((!adds && !scales && node.op != "Sub") || (node.op == "Sub" && side != 0) || node.inputs.size() != 2) return false;
    const auto e = editable(before);
    const at::Tensor* other = constant(node, 1 - side);
    const auto vector = e && other ? per_channel(*other, e->bias.numel()) : std::nullopt;
    if (!vector) return false;
    const auto ones = at::ones_like(e->bias), zeros = at::zeros_like(e->bias);
    edit(before, *e, scales ? *vector : ones, scales ? zeros : adds ? *vector : -*vector);
    return true;
  }

  // Pad (constant, of zeros, around the last two axes) -> Conv.
  void take_border(GraphNode& conv) {
    GraphNode* pad = sole_maker(conv.inputs.empty() ? std::string() : conv.inputs[0]);
    if (!pad || pad->op != "Pad") return;
    const std::string constant = "constant", as_listed = "NOTSET", none = "VALID";
    const bool valid = is(conv, "auto_pad", none, false);
    if (!is(*pad, "mode", constant, true) || !(valid || is(conv, "auto_pad", as_listed, true))) return;
    const auto border = zeros_around(*pad);
    if (!border) return;
    auto& pads = conv.attributes.emplace("pads", std::vector<std::int64_t>(4, 0)).first->second;
    auto* list = std::get_if<std::vector<std::int64_t>>(&pads);
    if (!list || list->size() != 4) return;
    for (std::size_t i = 0; i < 4; ++i) (*list)[i] = (valid ? 0 : (*list)[i]) + (*border)[i];
    conv.attributes.erase("auto_pad");
    conv.inputs[0] = pad->inputs[0];
    *pad = GraphNode{};
  }

  // Top, left, bottom, right.
  std::optional<std::vector<std::int64_t>> zeros_around(const GraphNode& pad) const {
    std::vector<std::int64_t> pads;
    if (graph_.opset < 11) {
      if (number(pad, "value", 0) != 0) return std::nullopt;
      const auto found = pad.attributes.find("pads");
      if (found != pad.attributes.end())
        if (const auto* list = std::get_if<std::vector<std::int64_t>>(&found->second)) pads = *list;
    } else {
      const at::Tensor *list = constant(pad, 1), *value = constant(pad, 2);
      const bool has_value = pad.inputs.size() > 2 && !pad.inputs[2].empty(), has_axes = pad.inputs.size() > 3;
      if (!list || has_axes || (has_value && (!value || value->numel() != 1 || value->to(at::kDouble).item<double>() != 0)))
        return std::nullopt;
      const auto whole = list->to(at::kLong).contiguous();
      pads.assign(whole.data_ptr<std::int64_t>(), whole.data_ptr<std::int64_t>() + whole.numel());
    }
    if (pads.size() != 8 || pads[0] != 0 || pads[1] != 0 || pads[4] != 0 || pads[5] != 0) return std::nullopt;
    for (const auto side : {2, 3, 6, 7})
      if (pads[side] < 0 || pads[side] > 4096) return std::nullopt;
    return std::vector<std::int64_t>{pads[2], pads[3], pads[6], pads[7]};
  }

  Graph& graph_;
  std::unordered_map<std::string, int> uses_;
  std::unordered_map<std::string, std::size_t> makers_;
  int edits_ = 0;
};

}  // namespace

void fuse_layers(Graph& graph) {
  const at::NoGradGuard no_gradients;
  Fuser(graph).run();
  // weights that were replaced
  std::set<std::string> used;
  for (const auto& node : graph.nodes) used.insert(node.inputs.begin(), node.inputs.end());
  for (const auto& output : graph.outputs) used.insert(output.name);
  std::erase_if(graph.constants, [&](const auto& constant) { return used.count(constant.first) == 0; });
}

}  // namespace inkstone::graph
