#include "weights/safetensors.hpp"

#include <algorithm>
#include <cstring>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "inkstone/error.hpp"
#include "weights/extent.hpp"
#include "weights/named_file.hpp"
#include "weights/safetensors_dtype.hpp"

namespace inkstone {
namespace {

using nlohmann::json;

constexpr std::uint64_t kLengthBytes = 8, kMaxHeader = 100'000'000;  // the limit of the reference implementation
constexpr int kMaxHeaderDepth = 8;
constexpr const char* kMetadata = "__metadata__";

[[noreturn]] void corrupt_safetensors(const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("the safetensors file {}; get the file again", what));
}

struct Entry {
  std::string name;
  at::ScalarType dtype;
  Shape shape;
  std::uint64_t begin, end;
};

// Refuses depth and repeated keys while the parser runs; nlohmann keeps the last of equal keys without a word.
json parse_header(std::string_view text) {
  std::vector<std::set<std::string>> keys;
  const auto watch = [&](int depth, json::parse_event_t event, const json& parsed) {
    if (depth > kMaxHeaderDepth) corrupt_safetensors("nests its header too deep");
    if (event == json::parse_event_t::object_start) keys.emplace_back();
    if (event == json::parse_event_t::object_end) keys.pop_back();
    if (event == json::parse_event_t::key && !keys.back().insert(parsed.get_ref<const std::string&>()).second)
      corrupt_safetensors(fmt::format("names '{}' twice", parsed.get_ref<const std::string&>()));
    return true;
  };
  try {
    json header = json::parse(text, watch);
    if (!header.is_object()) corrupt_safetensors("has a header that is no JSON object");
    return header;
  } catch (const json::exception& error) {
    corrupt_safetensors(fmt::format("has a header that is not JSON ({})", error.what()));
  }
}

const json& member(const json& object, const char* key, const std::string& tensor) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (found == object.end()) corrupt_safetensors(fmt::format("describes '{}' without \"{}\"", tensor, key));
  return *found;
}

std::vector<std::uint64_t> naturals(const json& list, const std::string& tensor) {
  const bool good = list.is_array() && std::all_of(list.begin(), list.end(), [](const json& n) {
                      return n.is_number_unsigned() && n.get<std::uint64_t>() <= std::uint64_t(INT64_MAX);
                    });
  if (!good) corrupt_safetensors(fmt::format("describes '{}' by numbers that are no sizes", tensor));
  return list.get<std::vector<std::uint64_t>>();
}

Entry parse_entry(const std::string& name, const json& described) {
  const json& dtype = member(described, "dtype", name);
  if (!dtype.is_string()) corrupt_safetensors(fmt::format("gives '{}' a dtype that is no text", name));
  const auto shape = naturals(member(described, "shape", name), name);
  const auto offsets = naturals(member(described, "data_offsets", name), name);
  if (offsets.size() != 2 || offsets[0] > offsets[1]) corrupt_safetensors(fmt::format("gives '{}' no range of bytes", name));
  Entry entry{name, safetensors_dtype(dtype.get<std::string>(), name), Shape(shape.begin(), shape.end()), offsets[0], offsets[1]};
  require_size(entry.shape, entry.dtype, entry.end - entry.begin, name);
  return entry;
}

// In a sound file the tensors cover all bytes exactly once.
void require_cover(std::vector<Entry>& entries, std::uint64_t size) {
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  std::uint64_t covered = 0;
  for (const Entry& entry : entries) {
    if (entry.end > size) corrupt_safetensors(fmt::format("ends before tensor '{}' does", entry.name));
    if (entry.begin != covered) corrupt_safetensors(fmt::format("has tensors that overlap or leave a gap at '{}'", entry.name));
    covered = entry.end;
  }
  if (covered != size) corrupt_safetensors("has bytes that belong to no tensor");
}

std::map<std::string, std::string> parse_metadata(const json& described) {
  std::map<std::string, std::string> metadata;
  if (!described.is_object()) corrupt_safetensors("has metadata that is no JSON object");
  for (const auto& [key, value] : described.items()) {
    if (!value.is_string()) corrupt_safetensors(fmt::format("has metadata '{}' that is no text", key));
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

std::string_view header_text(Bytes bytes) {
  if (bytes.size() < kLengthBytes) corrupt_safetensors("ends too early");
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  if (length > kMaxHeader || length > bytes.size() - kLengthBytes)
    corrupt_safetensors("claims a header larger than itself or than 100 MB");
  return {reinterpret_cast<const char*>(bytes.data()) + kLengthBytes, std::size_t(length)};
}

}  // namespace

StateDict read_safetensors(Bytes bytes, const Owner& owner) {
  const std::string_view text = header_text(bytes);
  const Bytes data = bytes.subspan(kLengthBytes + text.size());
  StateDict result;
  std::vector<Entry> entries;
  const json header = parse_header(text);
  for (const auto& [name, described] : header.items()) {
    if (name == kMetadata)
      result.metadata = parse_metadata(described);
    else
      entries.push_back(parse_entry(name, described));
  }
  require_cover(entries, data.size());
  for (const Entry& entry : entries)
    result.tensors.emplace(entry.name,
                           tensor_over(data.subspan(entry.begin, entry.end - entry.begin), entry.dtype, entry.shape, owner));
  return result;
}

StateDict read_safetensors(const std::filesystem::path& path) {
  const auto file = std::make_shared<const MappedFile>(path);
  return naming_file(path, [&] { return read_safetensors(file->bytes(), file); });
}

}  // namespace inkstone
