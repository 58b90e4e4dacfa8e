#include "studio/film.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <sstream>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "inkstone/error.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Words = std::vector<std::string>;

// "-" at the front of a name would be an option.
std::string file_argument(const fs::path& path) {
  return "file:" + path.string();
}

// The last line that it said: the reason, where there are several.
std::string reason_of(const PipedProcess& process) {
  std::string text = process.complaint();
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
  return text.substr(text.find_last_of('\n') + 1);  // npos + 1 is the whole
}

std::string everything_from(PipedProcess& process) {
  std::string text;
  std::array<std::byte, 1> one;
  while (text.size() < (1 << 20) && process.read(one)) text.push_back(static_cast<char>(one[0]));
  return text;
}

// Before an input: a film may name other files and addresses, which are none of its business.
const Words kNothingElse = {"-protocol_whitelist", "file,pipe"};
constexpr std::array kCommonCodecs = {"h264", "hevc", "vp9", "av1", "mpeg4"};

json stream_of(const fs::path& path, const Words& options = {}) {
  Words words = {"ffprobe", "-v", "error"};
  for (const auto& more : {kNothingElse, options}) words.insert(words.end(), more.begin(), more.end());
  for (const char* word : {"-of", "json", "-show_streams", "-show_format"}) words.emplace_back(word);
  words.push_back(file_argument(path));
  PipedProcess probe(words, PipedProcess::End::reads_from_it);
  const auto text = everything_from(probe);
  if (probe.finish() != 0)
    throw Error(ErrorCategory::corrupt_file,
                fmt::format("{} is no film that ffmpeg can read: {}", path.string(), reason_of(probe)));
  return json::parse(text, nullptr, false);
}

double number_in(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return 0;
  return found->is_string() ? std::atof(found->get<std::string>().c_str()) : found->is_number() ? found->get<double>() : 0;
}

double rate_of(const std::string& rate) {
  const auto slash = rate.find('/');
  const double above = std::atof(rate.c_str()), below = slash == std::string::npos ? 1 : std::atof(rate.c_str() + slash + 1);
  return below > 0 ? above / below : 0;
}

bool is_turned(const json& stream) {
  for (const auto& data : stream.value("side_data_list", json::array()))
    if (std::abs(std::lround(number_in(data, "rotation"))) % 180 == 90) return true;
  return false;
}

Words reading(const fs::path& path, int width, int height, std::int64_t skip) {
  auto filter = fmt::format("scale={}:{}:flags=lanczos", width, height);
  if (skip > 0) filter = fmt::format("select=gte(n\\,{}),", skip) + filter;
  return {"ffmpeg",   "-nostdin", "-v",    "error", kNothingElse[0], kNothingElse[1], "-i", file_argument(path),
          "-map",     "0:v:0",    "-vf",   filter,  "-fps_mode",     "passthrough",   "-f", "rawvideo",
          "-pix_fmt", "rgb24",    "pipe:1"};
}

Words writing(const fs::path& path, int width, int height, const std::string& rate) {
  Words words = {"ffmpeg", "-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", fmt::format("{}x{}", width, height),
                 "-r",     rate, "-i", "pipe:0"};
  const auto add = [&](const Words& more) { words.insert(words.end(), more.begin(), more.end()); };
  if (path.extension() == ".webm")
    add({"-c:v", "libvpx-vp9", "-crf", "28", "-b:v", "0"});
  else
    add({"-c:v", "libx264", "-crf", "18", "-preset", "medium"});
  add({"-pix_fmt", "yuv420p", file_argument(path)});
  return words;
}

Words joining(const fs::path& list, const fs::path& sound_from, const fs::path& output) {
  Words words = {"ffmpeg", "-nostdin", "-y", "-v", "error", "-f", "concat", "-safe", "0", "-i", file_argument(list)};
  const auto add = [&](const Words& more) { words.insert(words.end(), more.begin(), more.end()); };
  if (!sound_from.empty())
    add({kNothingElse[0], kNothingElse[1], "-i", file_argument(sound_from), "-map", "0:v", "-map", "1:a?", "-shortest"});
  add({"-c:v", "copy"});
  if (output.extension() != ".webm") add({"-c:a", "copy", "-movflags", "+faststart"});
  add({file_argument(output)});
  return words;
}

// Where each piece ends is told by the number of frames before, so that rounding does not add up.
std::string list_of(const std::vector<FilmPiece>& pieces, const std::string& rate) {
  std::string text = "ffconcat version 1.0\n";
  std::int64_t frames = 0, told = 0;  // told: microseconds
  for (const auto& piece : pieces) {
    frames += piece.frames;
    const std::int64_t until = std::llround(1e6 * double(frames) / rate_of(rate));
    text += fmt::format("file '{}'\nduration {}.{:06}\n", piece.path.filename().string(), (until - told) / 1'000'000,
                        (until - told) % 1'000'000);
    told = until;
  }
  return text;
}

}  // namespace

bool is_film(const fs::path& path) {
  auto ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  static constexpr std::array kEndings = {".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v"};
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

namespace {

FilmInfo info_in(const json& found, const fs::path& path) {
  FilmInfo info;
  for (const auto& stream : found.is_object() ? found.value("streams", json::array()) : json::array()) {
    const auto kind = stream.value("codec_type", "");
    if (kind == "audio") info.sound = true;
    if (kind != "video" || info.width > 0) continue;
    info.width = int(number_in(stream, "width"));
    info.height = int(number_in(stream, "height"));
    if (is_turned(stream)) std::swap(info.width, info.height);
    info.rate = stream.value("r_frame_rate", "25");
    info.frames = std::int64_t(number_in(stream, "nb_frames"));
    if (info.frames == 0)
      info.frames = std::llround(number_in(found.value("format", json::object()), "duration") * rate_of(info.rate));
  }
  if (info.width < 1 || info.height < 1)
    throw Error(ErrorCategory::corrupt_file, fmt::format("{} has no pictures in it", path.string()));
  return info;
}

}  // namespace

FilmInfo probe_film(const fs::path& path) {
  if (!fs::is_regular_file(path)) throw Error(ErrorCategory::not_found, fmt::format("there is no film {}", path.string()));
  return info_in(stream_of(path), path);
}

FilmInfo probe_untrusted_film(const fs::path& path) {
  const auto found = stream_of(path, {"-f", "mov"});
  for (const auto& stream : found.is_object() ? found.value("streams", json::array()) : json::array())
    if (const auto codec = stream.value("codec_name", "");
        stream.value("codec_type", "") == "video" &&
        std::find(kCommonCodecs.begin(), kCommonCodecs.end(), codec) == kCommonCodecs.end())
      throw Error(ErrorCategory::unsupported,
                  fmt::format("the film's pictures are coded as '{}'; send H.264, H.265, VP9, AV1 or MPEG-4", codec));
  return info_in(found, path.filename());
}

bool is_mpeg4_film(std::string_view bytes) {
  static constexpr std::array<std::string_view, 12> kBrands = {"isom", "iso2", "iso4", "iso5", "iso6", "mp41",
                                                               "mp42", "avc1", "M4V ", "M4VH", "dash", "MSNV"};
  return bytes.size() > 12 && bytes.substr(4, 4) == "ftyp" &&
         std::find(kBrands.begin(), kBrands.end(), bytes.substr(8, 4)) != kBrands.end();
}

Image first_frame(const fs::path& path, int longest_side) {
  const auto info = probe_film(path);
  const double scale = std::min(1.0, double(longest_side) / std::max(info.width, info.height));
  const auto side = [&](int length) { return std::max(1, int(std::lround(length * scale))); };
  FilmReader reader(path, side(info.width), side(info.height));
  if (auto frame = reader.next()) return std::move(*frame);
  reader.finish();
  throw Error(ErrorCategory::corrupt_file, fmt::format("{} has no pictures in it", path.filename().string()));
}

FilmReader::FilmReader(const fs::path& path, int width, int height, std::int64_t skip)
    : width_(width),
      height_(height),
      bytes_(std::size_t(width) * std::size_t(height) * 3),
      process_(reading(path, width, height, skip), PipedProcess::End::reads_from_it) {}

std::optional<Image> FilmReader::next() {
  if (!process_.read(std::as_writable_bytes(std::span(bytes_)))) return std::nullopt;
  Image frame(width_, height_, 3);
  std::transform(bytes_.begin(), bytes_.end(), frame.pixels.begin(), [](std::uint8_t v) { return float(v) / 255.0F; });
  return frame;
}

void FilmReader::finish() {
  if (process_.finish() != 0)
    throw Error(ErrorCategory::corrupt_file, fmt::format("the film ends too early: {}", reason_of(process_)));
}

FilmWriter::FilmWriter(const fs::path& path, int width, int height, const std::string& rate)
    : path_(path),
      bytes_(std::size_t(width) * std::size_t(height) * 3),
      process_(writing(path, width, height, rate), PipedProcess::End::writes_to_it) {}

void FilmWriter::add(const Image& frame) {
  std::transform(frame.pixels.begin(), frame.pixels.end(), bytes_.begin(),
                 [](float v) { return std::uint8_t(std::lround(std::clamp(v, 0.0F, 1.0F) * 255.0F)); });
  if (!process_.write(std::as_bytes(std::span(bytes_)))) fail();
}

void FilmWriter::finish() {
  if (process_.finish() != 0) fail();
}

void FilmWriter::fail() {
  process_.finish();
  throw Error(ErrorCategory::io, fmt::format("ffmpeg could not write {}: {}", path_.string(), reason_of(process_)));
}

void join_film(const std::vector<FilmPiece>& pieces, const std::string& rate, const fs::path& sound_from, const fs::path& list,
               const fs::path& output) {
  write_file_atomic(list, as_bytes(list_of(pieces, rate)));
  PipedProcess process(joining(list, sound_from, output), PipedProcess::End::reads_from_it);
  if (process.finish() != 0)
    throw Error(ErrorCategory::io,
                fmt::format("ffmpeg could not join the pieces of {}: {}", output.string(), reason_of(process)));
}

}  // namespace inkstone::studio
