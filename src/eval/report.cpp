#include "eval/report.hpp"

#include <nlohmann/json.hpp>

#include "eval/fingerprint.hpp"

namespace inkstone {
namespace {

using Json = nlohmann::ordered_json;

Json metric_json(const MetricValue& metric) {
  Json json = {{"name", metric.name}, {"value", metric.value}, {"low", metric.low}, {"high", metric.high}};
  if (!metric.note.empty()) json["note"] = metric.note;
  return json;
}

}  // namespace

std::string to_json(const std::vector<MetricValue>& values, const Dataset& generated, const Dataset& reference,
                    const FeatureExtractor& extractor, const EvaluateOptions& options) {
  const auto used = [](int64_t asked, const Dataset& pictures) { return asked > 0 ? asked : pictures.size(); };
  Json json;
  json["features"] = extractor.name();
  json["seed"] = options.seed;
  json["generated"] = {{"pictures", used(options.samples, generated)}, {"fingerprint", fingerprint(generated)}};
  json["reference"] = {{"name", options.reference_name},
                       {"split", options.reference_split},
                       {"pictures", used(options.reference_samples, reference)},
                       {"fingerprint", fingerprint(reference)}};
  json["metrics"] = Json::array();
  for (const auto& value : values) json["metrics"].push_back(metric_json(value));
  return json.dump(2) + "\n";
}

}  // namespace inkstone
