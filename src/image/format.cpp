#include "image/format.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "core/text.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kSniffed = 512;

std::string_view head_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), std::min(bytes.size(), kSniffed)};
}

bool has_at(std::string_view head, std::size_t offset, std::string_view magic) {
  return head.size() >= offset && head.substr(offset).starts_with(magic);
}

bool is_pnm(std::string_view head) {
  if (head.size() < 3 || head[0] != 'P' || "2356"sv.find(head[1]) == std::string_view::npos) return false;
  return std::isspace(static_cast<unsigned char>(head[2])) || head[2] == '#';
}

// ISO base media: the major brand, then the compatible brands, of the leading ftyp box.
std::optional<ImageFormat> sniff_heif(std::string_view head) {
  if (!has_at(head, 4, "ftyp")) return std::nullopt;
  const std::size_t length = std::min<std::size_t>(static_cast<unsigned char>(head[3]), head.size());
  for (std::size_t at = 8; at + 4 <= length; at += 4) {
    const auto brand = head.substr(at, 4);
    if (brand == "avif" || brand == "avis") return ImageFormat::avif;
    if (brand == "heic" || brand == "heix" || brand == "heim" || brand == "heis") return ImageFormat::heic;
  }
  return std::nullopt;
}

struct Signature {
  std::size_t offset;
  std::string_view magic, meaning;
};

constexpr Signature kForeign[] = {{0, "GIF8", "a GIF animation"},
                                  {0, "%PDF", "a PDF document"},
                                  {0, "PK\3\4", "a zip archive"},
                                  {0, "%!PS", "a PostScript program"},
                                  {0, "BM", "a BMP picture"},
                                  {0, "8BPS", "a Photoshop document"},
                                  {0, "\xff\x0a", "a JPEG XL picture"},
                                  {4, "JXL ", "a JPEG XL picture"},
                                  {4, "ftyp", "a video or an unknown HEIF picture"},
                                  {0, "RIFF", "a RIFF file but no WebP"},
                                  {0,
                                   "\x7f"
                                   "ELF",
                                   "a program"},
                                  {0, "\x1f\x8b", "a gzip archive"},
                                  {0, "MZ", "a program"},
                                  {0, "#!", "a script"},
                                  {4, "jP  ", "a JPEG 2000 picture"}};

// No control characters, and no byte that UTF-8 never has.
bool is_text(std::string_view head) {
  return std::all_of(head.begin(), head.end(),
                     [](unsigned char c) { return (c >= 32 && c < 0xF5) || c == '\n' || c == '\r' || c == '\t'; });
}

}  // namespace

std::string_view format_name(ImageFormat format) {
  constexpr std::array names = {"PNG"sv, "JPEG"sv, "WebP"sv, "TIFF"sv, "AVIF"sv, "HEIC"sv, "PPM"sv};
  return names[static_cast<std::size_t>(format)];
}

std::optional<ImageFormat> sniff_format(Bytes bytes) {
  const auto head = head_of(bytes);
  if (head.starts_with("\x89PNG\r\n\x1a\n"sv)) return ImageFormat::png;
  if (head.starts_with("\xff\xd8\xff"sv)) return ImageFormat::jpeg;
  if (head.starts_with("RIFF"sv) && has_at(head, 8, "WEBP")) return ImageFormat::webp;
  for (const auto magic : {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv})
    if (head.starts_with(magic)) return ImageFormat::tiff;
  if (is_pnm(head)) return ImageFormat::ppm;
  return sniff_heif(head);
}

std::string describe_content(Bytes bytes) {
  const auto head = head_of(bytes);
  if (head.empty()) return "empty";
  for (const auto& [offset, magic, meaning] : kForeign)
    if (has_at(head, offset, magic)) return std::string(meaning);
  const auto text = lower_ascii(std::string(head));
  if (text.find("<svg") != std::string::npos) return "an SVG drawing";
  if (text.find("<html") != std::string::npos || text.find("<!doctype html") != std::string::npos) return "a web page";
  return is_text(head) ? "text" : "of an unknown kind";
}

ImageFormat format_for_extension(const std::filesystem::path& path) {
  const std::string extension = lower_ascii(path.extension().string());
  if (extension == ".png") return ImageFormat::png;
  if (extension == ".jpg" || extension == ".jpeg") return ImageFormat::jpeg;
  if (extension == ".webp") return ImageFormat::webp;
  if (extension == ".tif" || extension == ".tiff") return ImageFormat::tiff;
  if (extension == ".avif") return ImageFormat::avif;
  if (extension == ".ppm") return ImageFormat::ppm;
  throw Error(ErrorCategory::bad_argument,
              fmt::format("cannot tell the picture format of {} from its name; end it in .png, .jpg, .webp, .tiff, .avif or .ppm",
                          path.string()));
}

}  // namespace inkstone
