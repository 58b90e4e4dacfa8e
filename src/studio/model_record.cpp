#include "studio/model_record.hpp"

#include "catalogue/sha256.hpp"
#include "inkstone/error.hpp"
#include "weights/safetensors.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

std::string licence_inside(const fs::path& file) try {
  if (file.extension() != ".safetensors") return {};
  const auto metadata = read_safetensors(file).metadata;
  for (const char* key : {"licence", "license", "modelspec.license"})
    if (const auto found = metadata.find(key); found != metadata.end()) return found->second;
  return {};
} catch (const Error&) {
  return {};
}

}  // namespace

std::string model_licence(const fs::path& file, const std::string& sha256) {
  const auto known = catalogue_licence(sha256);
  return known.empty() ? licence_inside(file) : known;
}

nlohmann::json model_record(const std::string& name, const fs::path& file) {
  nlohmann::json record = {{"name", name}, {"file", file.filename().string()}, {"sha256", sha256_file(file)}};
  if (const auto licence = model_licence(file, record["sha256"]); !licence.empty()) record["licence"] = licence;
  return record;
}

}  // namespace inkstone::studio
