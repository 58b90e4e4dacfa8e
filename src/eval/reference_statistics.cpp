#include "eval/reference_statistics.hpp"

#include <cctype>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "tensor/state_dict.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace {

std::map<std::string, std::string> metadata_of(const StatisticsKey& key) {
  return {{"inkstone.data", key.data},
          {"inkstone.split", key.split},
          {"inkstone.features", key.features},
          {"inkstone.fingerprint", key.fingerprint},
          {"inkstone.count", fmt::format("{}", key.count)}};
}

}  // namespace

std::string StatisticsKey::file_name() const {
  auto name =
      split.empty() ? fmt::format("{}-{}-{}", data, features, count) : fmt::format("{}-{}-{}-{}", data, split, features, count);
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_' && c != '.') c = '-';
  return name + ".safetensors";
}

void save_statistics(const std::filesystem::path& folder, const StatisticsKey& key, const ReferenceStatistics& statistics) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed)
    throw Error(ErrorCategory::io,
                fmt::format("cannot make the folder '{}' for reference statistics: {}", folder.string(), failed.message()));
  StateDict file;
  file.tensors["mean"] = statistics.moments.mean();
  file.tensors["covariance"] = statistics.moments.covariance();
  if (statistics.features.defined()) file.tensors["features"] = statistics.features;
  file.metadata = metadata_of(key);
  write_safetensors(folder / key.file_name(), file);
}

std::optional<ReferenceStatistics> load_statistics(const std::filesystem::path& folder, const StatisticsKey& key) {
  const auto path = folder / key.file_name();
  if (!std::filesystem::exists(path)) return std::nullopt;
  const auto file = read_safetensors(path);
  if (file.metadata != metadata_of(key)) return std::nullopt;
  const auto mean = file.at("mean", {-1});
  const auto covariance = file.at("covariance", {mean.size(0), mean.size(0)});
  ReferenceStatistics statistics{Moments(key.count, mean.to(at::kDouble), covariance.to(at::kDouble)), {}};
  if (file.contains("features")) statistics.features = file.at("features", {key.count, mean.size(0)});
  return statistics;
}

}  // namespace inkstone
