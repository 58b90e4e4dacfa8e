#include "models/stable_diffusion/config_reader.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::sd {
namespace {

constexpr int64_t kLargest = int64_t(1) << 20;

}  // namespace

ConfigReader::ConfigReader(const nlohmann::json& config, std::string origin) : config_(config), origin_(std::move(origin)) {
  if (!config.is_object()) corrupt("is not a JSON object");
}

void ConfigReader::corrupt(const std::string& what) const {
  throw Error(ErrorCategory::corrupt_file, fmt::format("{} {}", origin_, what));
}

void ConfigReader::unsupported(const std::string& what) const {
  throw Error(ErrorCategory::unsupported, fmt::format("{} asks for {}, which is not built here", origin_, what));
}

bool ConfigReader::has(const char* key) const {
  const auto found = config_.find(key);
  return found != config_.end() && !found->is_null();
}

template <class T>
T ConfigReader::get(const char* key, const T& otherwise, const char* kind) const {
  if (!has(key)) return otherwise;
  try {
    return config_.at(key).get<T>();
  } catch (const nlohmann::json::exception&) {
    corrupt(fmt::format("should have {} in '{}'", kind, key));
  }
}

int64_t ConfigReader::integer(const char* key, int64_t otherwise) const {
  const auto value = get<int64_t>(key, otherwise, "a whole number");
  if (value < -kLargest || value > kLargest) corrupt(fmt::format("has an impossible '{}': {}", key, value));
  return value;
}

double ConfigReader::number(const char* key, double otherwise) const {
  return get<double>(key, otherwise, "a number");
}

bool ConfigReader::boolean(const char* key, bool otherwise) const {
  return get<bool>(key, otherwise, "true or false");
}

std::string ConfigReader::text(const char* key, const std::string& otherwise) const {
  return get(key, otherwise, "a text");
}

std::vector<std::string> ConfigReader::texts(const char* key, const std::vector<std::string>& otherwise) const {
  return get(key, otherwise, "a list of texts");
}

std::vector<double> ConfigReader::numbers(const char* key) const {
  return get<std::vector<double>>(key, {}, "a list of numbers");
}

std::vector<int64_t> ConfigReader::integers(const char* key, const std::vector<int64_t>& otherwise, std::size_t count) const {
  auto values = otherwise;
  if (has(key) && config_.at(key).is_number())
    values = {integer(key, 0)};
  else
    values = get(key, otherwise, "a list of whole numbers");
  if (count > 0 && values.size() == 1) values.assign(count, values.front());
  if (values.empty() || values.size() > 16 || (count > 0 && values.size() != count))
    corrupt(fmt::format("has {} values in '{}', expected {}", values.size(), key, count));
  for (const auto value : values)
    if (value < 1 || value > kLargest) corrupt(fmt::format("has an impossible value in '{}': {}", key, value));
  return values;
}

void ConfigReader::require(const char* key, const nlohmann::json& built) const {
  if (has(key) && config_.at(key) != built) unsupported(fmt::format("'{}' = {}", key, config_.at(key).dump()));
}

}  // namespace inkstone::sd
