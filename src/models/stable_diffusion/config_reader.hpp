// Fields of a diffusers config.json with diffusers' defaults. What is not read must be known not to change the network, or else
// the network would silently be another one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace inkstone::sd {

class ConfigReader {
 public:
  // Throws corrupt_file unless config is an object.
  ConfigReader(const nlohmann::json& config, std::string origin);

  // Absent and null alike mean the default. Throw corrupt_file for another type.
  int64_t integer(const char* key, int64_t otherwise) const;  // at most 2^20 in size
  double number(const char* key, double otherwise) const;
  bool boolean(const char* key, bool otherwise) const;
  std::string text(const char* key, const std::string& otherwise) const;
  std::vector<std::string> texts(const char* key, const std::vector<std::string>& otherwise) const;
  // A list, or one number for every one of `count`. Throws corrupt_file for another length (count 0: any).
  std::vector<int64_t> integers(const char* key, const std::vector<int64_t>& otherwise, std::size_t count = 0) const;
  std::vector<double> numbers(const char* key) const;

  bool has(const char* key) const;
  // Throws unsupported unless the field is absent, null or equal to what is built.
  void require(const char* key, const nlohmann::json& built) const;

  [[noreturn]] void corrupt(const std::string& what) const;
  [[noreturn]] void unsupported(const std::string& what) const;

 private:
  template <class T>
  T get(const char* key, const T& otherwise, const char* kind) const;

  const nlohmann::json& config_;
  std::string origin_;
};

}  // namespace inkstone::sd
