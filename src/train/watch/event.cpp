#include "train/watch/event.hpp"

#include <algorithm>

#include <torch/types.h>

#include "train/watch/checksum.hpp"
#include "train/watch/proto_writer.hpp"

namespace inkstone {
namespace {

constexpr int kStringType = 7;    // DT_STRING
constexpr int kSessionStart = 1;  // SessionLog.START
constexpr int kGraphProducer = 22;

ProtoWriter event_at(EventTime time) {
  return ProtoWriter().number(1, time.seconds).integer(2, time.step);
}

std::string summary_event(EventTime time, const ProtoWriter& summary) {
  return event_at(time).message(5, summary).bytes();
}

ProtoWriter histogram_message(const Histogram& histogram) {
  double count = 0;
  for (const double n : histogram.counts) count += n;
  return ProtoWriter()
      .number(1, histogram.minimum)
      .number(2, histogram.maximum)
      .number(3, count)
      .number(4, histogram.sum)
      .number(5, histogram.sum_of_squares)
      .numbers(6, histogram.limits)
      .numbers(7, histogram.counts);
}

ProtoWriter shape_message(const std::vector<int64_t>& shape) {
  ProtoWriter message;
  for (const auto size : shape) message.message(2, ProtoWriter().integer(1, size));
  return message;
}

ProtoWriter attribute(const std::string& name, const ProtoWriter& value) {
  return ProtoWriter().text(1, name).message(2, value);
}

std::string scope_of(const RunDescription::Module& module) {
  auto name = module.network + (module.path.empty() ? "" : "." + module.path);
  std::replace(name.begin(), name.end(), '.', '/');
  return name;
}

ProtoWriter module_node(const RunDescription::Module& module, const std::string& name, const std::string& input) {
  ProtoWriter node;
  node.text(1, name).text(2, module.kind).text(3, input);
  if (!module.output.empty())
    node.message(5,
                 attribute("_output_shapes", ProtoWriter().message(1, ProtoWriter().message(7, shape_message(module.output)))));
  node.message(5, attribute("flops", ProtoWriter().oneof_float(4, static_cast<float>(module.flops))));
  node.message(5, attribute("parameters", ProtoWriter().oneof_integer(3, module.parameters)));
  return node;
}

ProtoWriter graph_message(const std::vector<RunDescription::Module>& modules) {
  ProtoWriter graph;
  std::map<std::string, std::string> latest;  // network: name of its last node
  for (const auto& module : modules) {
    auto& previous = latest[module.network];
    if (previous.empty()) {
      previous = module.network + "/input";
      graph.message(1, ProtoWriter().text(1, previous).text(2, "Placeholder"));
    }
    // a module that also holds others becomes a node inside its own scope
    const auto scope = scope_of(module);
    const bool holds =
        std::any_of(modules.begin(), modules.end(), [&](const auto& m) { return scope_of(m).starts_with(scope + "/"); });
    const auto name = holds || module.path.empty() ? scope + "/" + module.kind : scope;
    graph.message(1, module_node(module, name, previous));
    previous = name;
  }
  return graph.message(4, ProtoWriter().integer(1, kGraphProducer));
}

}  // namespace

std::optional<Histogram> histogram_of(const at::Tensor& values) {
  constexpr int64_t kBins = 64;
  auto flat = values.detach().to(at::kCPU, at::kDouble).flatten();
  flat = flat.masked_select(at::isfinite(flat));
  if (flat.numel() == 0) return std::nullopt;
  Histogram histogram;
  histogram.minimum = flat.min().item<double>();
  histogram.maximum = flat.max().item<double>();
  histogram.sum = flat.sum().item<double>();
  histogram.sum_of_squares = flat.square().sum().item<double>();
  if (histogram.minimum == histogram.maximum) {
    histogram.limits = {histogram.maximum};
    histogram.counts = {static_cast<double>(flat.numel())};
    return histogram;
  }
  const auto counts = at::histc(flat, kBins, histogram.minimum, histogram.maximum);
  histogram.counts.assign(counts.data_ptr<double>(), counts.data_ptr<double>() + kBins);
  for (int64_t k = 1; k <= kBins; ++k)
    histogram.limits.push_back(histogram.minimum + (histogram.maximum - histogram.minimum) * static_cast<double>(k) / kBins);
  return histogram;
}

std::string version_event(double seconds) {
  return event_at({seconds, 0}).item(3, "brain.Event:2").bytes();
}

std::string restart_event(EventTime time) {
  return event_at(time).message(7, ProtoWriter().integer(1, kSessionStart)).bytes();
}

std::string scalars_event(EventTime time, const std::map<std::string, double>& values) {
  ProtoWriter summary;
  for (const auto& [tag, value] : values)
    summary.message(1, ProtoWriter().text(1, tag).oneof_float(2, static_cast<float>(value)));
  return summary_event(time, summary);
}

std::string picture_event(EventTime time, const std::string& tag, int64_t channels, int64_t height, int64_t width,
                          const std::string& png) {
  const auto picture = ProtoWriter().integer(1, height).integer(2, width).integer(3, channels).text(4, png);
  return summary_event(time, ProtoWriter().message(1, ProtoWriter().text(1, tag).message(4, picture)));
}

std::string histograms_event(EventTime time, const std::map<std::string, Histogram>& histograms) {
  ProtoWriter summary;
  for (const auto& [tag, histogram] : histograms)
    summary.message(1, ProtoWriter().text(1, tag).message(5, histogram_message(histogram)));
  return summary_event(time, summary);
}

std::string text_event(EventTime time, const std::string& tag, const std::string& markdown) {
  const auto tensor = ProtoWriter().integer(1, kStringType).message(2, ProtoWriter()).item(8, markdown);
  const auto metadata = ProtoWriter().message(1, ProtoWriter().text(1, "text"));  // the plugin that shows it
  return summary_event(time, ProtoWriter().message(1, ProtoWriter().text(1, tag).message(8, tensor).message(9, metadata)));
}

std::string graph_event(EventTime time, const std::vector<RunDescription::Module>& modules) {
  return event_at(time).item(4, graph_message(modules).bytes()).bytes();
}

std::string framed_record(const std::string& event) {
  std::string record;
  put_little_endian(record, static_cast<uint64_t>(event.size()));
  put_little_endian(record, masked_crc32c(as_bytes(record)));
  record += event;
  put_little_endian(record, masked_crc32c(as_bytes(event)));
  return record;
}

}  // namespace inkstone
