#include "data/idx.hpp"

#include <algorithm>
#include <optional>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "data/place.hpp"
#include "inkstone/error.hpp"
#include "weights/gzip.hpp"
#include "weights/tensor_over.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostBytes = std::uint64_t(1) << 32;
constexpr std::size_t kMostDimensions = 4;
constexpr unsigned kUnsignedByte = 8;

[[noreturn]] void corrupt_idx(const fs::path& path, const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("{} {}", path.string(), what));
}

struct Header {
  std::vector<std::int64_t> shape;
  std::uint64_t bytes = 0;  // of the elements
  std::size_t length() const { return 4 + 4 * shape.size(); }
};

std::uint64_t big_endian(Bytes bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | std::to_integer<std::uint64_t>(bytes[at + i]);
  return value;
}

// start: the first bytes of the file, all of them or at least the longest header.
Header parse_header(Bytes start, const fs::path& path) {
  if (start.size() < 8 || start[0] != std::byte(0) || start[1] != std::byte(0)) corrupt_idx(path, "is no IDX file");
  const auto type = std::to_integer<unsigned>(start[2]);
  const auto dimensions = std::to_integer<std::size_t>(start[3]);
  if (type != kUnsignedByte)
    throw Error(ErrorCategory::unsupported,
                fmt::format("{} holds IDX elements of type 0x{:02x}; only unsigned bytes (0x08) are pictures or labels",
                            path.string(), type));
  if (dimensions < 1 || dimensions > kMostDimensions)
    corrupt_idx(path, fmt::format("is an IDX file of {} dimensions; pictures have 3, labels 1", dimensions));
  if (start.size() < 4 + 4 * dimensions) corrupt_idx(path, "ends within its IDX header");
  Header header{{}, 1};
  std::uint64_t extent = 1;  // as the product, but zeros left out, as strides are made
  for (std::size_t d = 0; d < dimensions; ++d) {
    const auto length = big_endian(start, 4 + 4 * d);
    header.shape.push_back(static_cast<std::int64_t>(length));
    if (extent > kMostBytes / std::max<std::uint64_t>(length, 1)) corrupt_idx(path, "claims more than 4 GiB of data");
    extent *= std::max<std::uint64_t>(length, 1);
    header.bytes *= length;
  }
  return header;
}

at::Tensor checked(const Header& header, Bytes file, const Owner& owner, const fs::path& path) {
  const auto found = file.size() - header.length();
  if (found != header.bytes)
    corrupt_idx(path, fmt::format("should have {} bytes of data and has {}", header.bytes,
                                  found < header.bytes ? std::to_string(found) : "more"));
  return tensor_over(file.subspan(header.length()), at::kByte, header.shape, owner);
}

at::Tensor read_packed(Bytes file, const fs::path& path) {
  const auto start = gunzip(file, 4 + 4 * kMostDimensions);
  const auto header = parse_header(as_bytes(start), path);
  const auto content = std::make_shared<const std::string>(gunzip(file, header.length() + header.bytes + 1));
  return checked(header, as_bytes(*content), content, path);
}

std::optional<fs::path> existing(const fs::path& path) {
  for (const char* ending : {"", ".gz"}) {
    fs::path candidate = path;
    candidate += ending;
    std::error_code ignored;
    if (fs::is_regular_file(candidate, ignored)) return candidate;
  }
  return std::nullopt;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  if (const auto at = text.rfind(what); at != std::string::npos) text.replace(at, what.size(), by);
  return text;
}

// x-images-idx3-ubyte -> x-labels-idx1-ubyte, compressed or not.
std::optional<fs::path> labels_beside(const fs::path& pictures) {
  auto name = pictures.filename().string();
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  const auto wanted = replaced(replaced(name, "images", "labels"), "idx3", "idx1");
  return wanted == name ? std::nullopt : existing(pictures.parent_path() / wanted);
}

fs::path pictures_in(const fs::path& folder, const std::string& split) {
  const std::vector<std::string> stems =
      split == "test" ? std::vector<std::string>{"t10k", "test"} : std::vector<std::string>{split};
  for (const auto& stem : stems)
    if (const auto found = existing(folder / (stem + "-images-idx3-ubyte"))) return *found;
  std::vector<fs::path> others;  // "emnist-letters-train-images-idx3-ubyte"
  for (const auto& item : entries_of(folder))
    for (const auto& stem : stems)
      if (item.filename().string().find("-" + stem + "-images-idx3-ubyte") != std::string::npos) others.push_back(item);
  if (others.size() == 1) return others.front();
  throw Error(ErrorCategory::not_found,
              fmt::format("{} has no {}-images-idx3-ubyte, plain or .gz", folder.string(), stems.front()));
}

std::vector<std::string> numbered(int64_t count) {
  std::vector<std::string> names;
  for (int64_t i = 0; i < count; ++i) names.push_back(std::to_string(i));
  return names;
}

}  // namespace

at::Tensor read_idx(const fs::path& path) {
  const auto file = std::make_shared<const MappedFile>(path);
  try {
    if (is_gzip(file->bytes())) return read_packed(file->bytes(), path);
    return checked(parse_header(file->bytes(), path), file->bytes(), file, path);
  } catch (const Error& error) {
    const std::string what = error.what();
    if (what.find(path.string()) != std::string::npos) throw;
    throw Error(error.category(), fmt::format("{}: {}", path.string(), what));
  }
}

std::shared_ptr<const TensorDataset> open_idx(const fs::path& place, const std::string& split, std::vector<std::string> classes) {
  const auto path = fs::is_directory(status_of(place)) ? pictures_in(place, split) : place;
  auto pictures = read_idx(path);
  if (pictures.dim() != 3 || pictures.numel() == 0) corrupt_idx(path, "holds no pictures: its IDX shape is not [N,H,W]");
  at::Tensor labels;
  if (const auto beside = labels_beside(path)) {
    labels = read_idx(*beside).to(at::kLong);
    if (labels.dim() != 1 || labels.size(0) != pictures.size(0))
      corrupt_idx(*beside, fmt::format("has {} labels for {} pictures", labels.numel(), pictures.size(0)));
    if (classes.empty()) classes = numbered(labels.max().item<int64_t>() + 1);
  } else {
    classes.clear();
  }
  return std::make_shared<const TensorDataset>(pictures.unsqueeze(1), labels, std::vector<std::string>{}, std::move(classes));
}

}  // namespace inkstone
