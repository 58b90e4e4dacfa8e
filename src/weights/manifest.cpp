#include "weights/manifest.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "core/files.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxManifestBytes = std::uint64_t(64) << 20;
constexpr int kMaxManifestDepth = 64;
constexpr std::size_t kMaxFileName = 255, kMaxPath = 4095;  // of Linux

[[noreturn]] void corrupt_manifest(const std::filesystem::path& manifest, const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("{}: {}", manifest.string(), what));
}

// Watches the parser: how deep it is, and which keys the open objects have had.
class Limits {
 public:
  explicit Limits(const std::filesystem::path& manifest) : manifest_(manifest) {}

  bool operator()(int depth, json::parse_event_t event, const json& parsed) {
    using Event = json::parse_event_t;
    if (depth > kMaxManifestDepth)
      corrupt_manifest(manifest_, fmt::format("JSON nested deeper than {} levels", kMaxManifestDepth));
    if (event == Event::object_start) keys_.emplace_back();
    if (event == Event::object_end) keys_.pop_back();
    if (event == Event::key && !keys_.back().insert(parsed.get_ref<const std::string&>()).second)
      corrupt_manifest(manifest_, fmt::format("'{}' is named twice", parsed.get_ref<const std::string&>()));
    return true;
  }

 private:
  const std::filesystem::path& manifest_;
  std::vector<std::set<std::string>> keys_;
};

}  // namespace

json read_manifest(const std::filesystem::path& path) {
  const std::string text = read_file(path, kMaxManifestBytes);
  Limits limits(path);
  try {
    return json::parse(text, std::ref(limits));
  } catch (const json::exception& error) {
    corrupt_manifest(path, fmt::format("not a JSON manifest ({})", error.what()));
  }
}

const json& manifest_member(const json& object, const char* key, const std::filesystem::path& manifest) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (found == object.end()) corrupt_manifest(manifest, fmt::format("no \"{}\" where one must be", key));
  return *found;
}

std::string manifest_string(const json& object, const char* key, const std::filesystem::path& manifest) {
  const json& member = manifest_member(object, key, manifest);
  if (!member.is_string()) corrupt_manifest(manifest, fmt::format("\"{}\" is not a text", key));
  return member.get<std::string>();
}

Shape manifest_shape(const json& object, const std::string& tensor) {
  const auto shape = object.find("shape");
  const bool good = shape != object.end() && shape->is_array() && std::all_of(shape->begin(), shape->end(), [](const json& d) {
                      return d.is_number_integer() && !(d.is_number_unsigned() && d.get<std::uint64_t>() > INT64_MAX);
                    });
  if (!good)
    throw Error(ErrorCategory::corrupt_file,
                fmt::format("tensor '{}' has no shape of whole numbers; get the file again", tensor));
  return shape->get<Shape>();
}

std::filesystem::path file_beside(const std::filesystem::path& manifest, const std::string& name) {
  const std::filesystem::path relative(name);
  const bool outside = std::any_of(relative.begin(), relative.end(),
                                   [](const auto& part) { return part == ".." || part.native().size() > kMaxFileName; });
  if (name.empty() || name.size() > kMaxPath || outside || relative.has_root_path() || name.find('\0') != std::string::npos)
    corrupt_manifest(manifest, fmt::format("names the file '{}', which cannot be one in its folder", name.substr(0, 300)));
  return manifest.parent_path() / relative;
}

}  // namespace inkstone
