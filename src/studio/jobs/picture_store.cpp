#include "studio/jobs/picture_store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "catalogue/sha256.hpp"
#include "core/files.hpp"
#include "core/text.hpp"
#include "image/decode.hpp"
#include "image/encode.hpp"
#include "studio/film.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

struct MediaKind {
  std::string_view media_type, ending;
  std::optional<ImageFormat> format;  // absent: a film
};

constexpr MediaKind kMediaKinds[] = {
    {"image/png", ".png", ImageFormat::png},
    {"image/jpeg", ".jpg", ImageFormat::jpeg},
    {"image/webp", ".webp", ImageFormat::webp},
    {"image/tiff", ".tiff", ImageFormat::tiff},
    {"image/avif", ".avif", ImageFormat::avif},
    {"image/heic", ".heic", ImageFormat::heic},
    {"image/x-portable-pixmap", ".ppm", ImageFormat::ppm},
    {"image/gif", ".gif", std::nullopt},
    {"video/mp4", ".mp4", std::nullopt},
};

constexpr int kSmallest = 16, kLargest = 2048;  // pixels of thumbnails
constexpr int kThumbnailQuality = 82, kCopyQuality = 95;

const MediaKind& kind_of(std::string_view media_type) {
  for (const auto& kind : kMediaKinds)
    if (kind.media_type == media_type) return kind;
  throw Error(ErrorCategory::unsupported, fmt::format("nothing is known of files of type {}", media_type));
}

const MediaKind& kind_of(ImageFormat format) {
  return *std::find_if(std::begin(kMediaKinds), std::end(kMediaKinds),
                       [&](const MediaKind& kind) { return kind.format == format; });
}

void make_folders(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) throw Error(ErrorCategory::io, fmt::format("cannot make the folder {}: {}", folder.string(), failed.message()));
}

// Under its new name too, without copying where the file system can do that; whole or not at all.
void give_name(const fs::path& file, const fs::path& name) {
  make_folders(name.parent_path());
  const fs::path fresh = name.string() + fmt::format(".{}.new", ::getpid());
  std::error_code failed;
  fs::remove(fresh, failed);
  fs::create_hard_link(file, fresh, failed);
  if (failed) fs::copy_file(file, fresh, fs::copy_options::overwrite_existing, failed);
  if (!failed) fs::rename(fresh, name, failed);
  if (failed) throw Error(ErrorCategory::io, fmt::format("cannot keep {}: {}", name.filename().string(), failed.message()));
}

EncodeOptions thumbnail_encoding() {
  EncodeOptions options;
  options.format = ImageFormat::webp;
  options.quality = kThumbnailQuality;
  return options;
}

// The name that came with a file, as far as it may be shown: no folders, no control characters, not endless.
std::string plain_name(const std::string& name) {
  const auto slash = name.find_last_of("/\\");
  std::string plain;
  for (const char c : slash == std::string::npos ? name : name.substr(slash + 1))
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) plain += c;
  constexpr std::size_t kLongest = 200;
  if (plain.size() > kLongest) {
    plain.resize(kLongest);
    while (!plain.empty() && (static_cast<unsigned char>(plain.back()) & 0xC0) == 0x80) plain.pop_back();
    if (!plain.empty() && static_cast<unsigned char>(plain.back()) >= 0xC0) plain.pop_back();
  }
  return plain;
}

}  // namespace

bool is_picture_id(std::string_view text) {
  return text.size() == 64 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::optional<std::string> transparency_of(std::string_view bytes, const JobLimits& limits) {
  DecodeOptions options;
  options.limits = {
      .max_bytes = limits.upload_bytes, .max_pixels = limits.upload_pixels, .max_streamed_pixels = limits.upload_pixels};
  const auto picture = decode_image(as_bytes(bytes), options);
  if (picture.channels != 4) return std::nullopt;
  Image mask(picture.width, picture.height, 3);
  bool opaque = true;
  for (std::size_t i = 0; i < mask.pixels.size(); ++i) {
    mask.pixels[i] = 1 - picture.pixels[i / 3 * 4 + 3];
    opaque = opaque && mask.pixels[i] == 0;
  }
  if (opaque) return std::nullopt;
  return encode_image(mask, {});
}

PictureStore::PictureStore(fs::path folder) : folder_(std::move(folder)) {
  for (const char* part : {"blobs", "thumbnails", "previews", "scratch", "runs"}) make_folders(folder_ / part);
}

PictureStore::Hold::Hold(const PictureStore& store, bool alone) {
  descriptor_ = ::open((store.folder_ / "blobs" / ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0 || ::flock(descriptor_, alone ? LOCK_EX : LOCK_SH) != 0) {
    if (descriptor_ >= 0) ::close(descriptor_);
    throw Error(ErrorCategory::io, fmt::format("cannot lock the pictures in {}", store.folder_.string()));
  }
}

PictureStore::Hold::~Hold() {
  ::close(descriptor_);
}

StoredPicture PictureStore::check(std::string_view bytes, const std::string& name, const JobLimits& limits) const {
  if (bytes.size() > limits.upload_bytes)
    throw LimitReached(fmt::format("the picture has {} MB; at most {} are taken", bytes.size() >> 20, limits.upload_bytes >> 20));
  const auto shown = plain_name(name);
  const std::string called = shown.empty() ? "the picture" : shown;
  if (is_mpeg4_film(bytes)) return check_film(bytes, shown, limits);
  const auto info = probe_image(as_bytes(bytes), called);
  if (std::uint64_t(info.width) * std::uint64_t(info.height) > limits.upload_pixels)
    throw LimitReached(fmt::format("{} has {} x {} pixels; at most {} million are taken", called, info.width, info.height,
                                   limits.upload_pixels / 1'000'000));
  DecodeOptions options;
  options.limits = {
      .max_bytes = limits.upload_bytes, .max_pixels = limits.upload_pixels, .max_streamed_pixels = limits.upload_pixels};
  options.fit_within = kSmallest;  // all of it is read, little of it is held
  decode_image(as_bytes(bytes), options, called);
  return {
      sha256_hex(as_bytes(bytes)), std::string(kind_of(info.format).media_type), shown, info.width, info.height, bytes.size()};
}

// Before anything of a film is decoded its container, codec and size are known to be ordinary.
StoredPicture PictureStore::check_film(std::string_view bytes, const std::string& name, const JobLimits& limits) const try {
  const auto id = sha256_hex(as_bytes(bytes));
  const auto folder =
      scratch(fmt::format("upload-{}-{}-{}", id, ::getpid(), std::hash<std::thread::id>()(std::this_thread::get_id())));
  const std::unique_ptr<const fs::path, void (*)(const fs::path*)> removed(&folder, [](const fs::path* path) {
    std::error_code ignored;
    fs::remove_all(*path, ignored);
  });
  const auto file = folder / "film.mp4";
  write_file_atomic(file, as_bytes(bytes));
  const auto info = probe_untrusted_film(file);
  if (std::uint64_t(info.width) * std::uint64_t(info.height) > limits.upload_pixels)
    throw LimitReached(fmt::format("the film has {} x {} pixels; at most {} million are taken", info.width, info.height,
                                   limits.upload_pixels / 1'000'000));
  first_frame(file, kSmallest);
  return {id, "video/mp4", name, info.width, info.height, bytes.size()};
} catch (const Error& error) {
  if (error.category() != ErrorCategory::corrupt_file) throw;
  // what ffmpeg says names places of this machine
  throw Error(ErrorCategory::corrupt_file, fmt::format("{} is damaged, or no film", name.empty() ? "the film" : name));
}

void PictureStore::put(const StoredPicture& picture, std::string_view bytes) const {
  const auto& kind = kind_of(picture.media_type);
  const auto path = blob(picture.id, kind.ending);
  make_folders(path.parent_path());
  write_file_atomic(path, as_bytes(bytes));
  if (!kind.format) keep_poster(picture.id, first_frame(path, kLargest / 2));
}

void PictureStore::keep_poster(const std::string& id, const Image& poster) const {
  const auto place = thumbnail_file(id, 0);
  make_folders(place.parent_path());
  write_file_atomic(place, as_bytes(encode_image(poster, thumbnail_encoding())));
}

StoredPicture PictureStore::take_in(const fs::path& file, const std::string& name, const Image* poster) const {
  StoredPicture picture{sha256_file(file), "", plain_name(name), 0, 0, fs::file_size(file)};
  const auto ending = lower_ascii(file.extension().string());
  const auto kind = std::find_if(std::begin(kMediaKinds), std::end(kMediaKinds),
                                 [&](const MediaKind& known) { return known.ending == ending; });
  if (kind == std::end(kMediaKinds))
    throw Error(ErrorCategory::unsupported, fmt::format("nothing is known of files ending in {}", ending));
  picture.media_type = kind->media_type;
  if (poster) {
    picture.width = poster->width;
    picture.height = poster->height;
    keep_poster(picture.id, *poster);
  } else if (!kind->format) {
    const auto info = probe_film(file);
    picture.width = info.width;
    picture.height = info.height;
    keep_poster(picture.id, first_frame(file, kLargest / 2));
  } else {
    const auto info = probe_image(file);
    picture.width = info.width;
    picture.height = info.height;
  }
  give_name(file, blob(picture.id, ending));
  return picture;
}

void PictureStore::flush(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 || ::fsync(descriptor) != 0) {
    if (descriptor >= 0) ::close(descriptor);
    throw Error(ErrorCategory::io, fmt::format("cannot write {} to the disk", file.filename().string()));
  }
  ::close(descriptor);
}

void PictureStore::remove(const std::vector<std::string>& ids) const {
  std::error_code ignored;
  for (const auto& id : ids) {
    for (const auto& kind : kMediaKinds) fs::remove(blob(id, kind.ending), ignored);
    for (int size = kSmallest; size <= kLargest; size *= 2) fs::remove(thumbnail_file(id, size), ignored);
    fs::remove(thumbnail_file(id, 0), ignored);
  }
}

StoredFile PictureStore::file(const StoredPicture& picture) const {
  return {blob(picture.id, kind_of(picture.media_type).ending), picture.media_type};
}

StoredFile PictureStore::thumbnail(const StoredPicture& picture, int size) const {
  if (size < kSmallest || size > kLargest)
    throw Error(ErrorCategory::bad_argument, fmt::format("a thumbnail has {} to {} pixels, not {}", kSmallest, kLargest, size));
  const int rounded = int(std::bit_ceil(unsigned(size)));  // few sizes, so that few files
  const auto path = thumbnail_file(picture.id, rounded);
  if (fs::exists(path)) return {path, "image/webp"};
  DecodeOptions options;
  options.fit_within = rounded;
  const bool film = !kind_of(picture.media_type).format;
  const auto image = decode_image(film ? thumbnail_file(picture.id, 0) : file(picture).path, options);
  make_folders(path.parent_path());
  write_file_atomic(path, as_bytes(encode_image(image, thumbnail_encoding())));
  return {path, "image/webp"};
}

std::string PictureStore::bare(const StoredPicture& picture) const {
  const auto& kind = kind_of(picture.media_type);
  if (!kind.format || kind.format == ImageFormat::heic)
    throw Error(ErrorCategory::unsupported,
                fmt::format("a file of type {} cannot be written without what it says of itself", picture.media_type));
  const auto path = file(picture).path;
  EncodeOptions options;
  options.format = *kind.format;
  options.quality = kCopyQuality;
  options.lossless = kind.format == ImageFormat::webp;
  if (kind.format == ImageFormat::png || kind.format == ImageFormat::tiff) options.bits = probe_image(path).bits > 8 ? 16 : 8;
  return encode_image(decode_image(path), options);
}

fs::path PictureStore::scratch(const std::string& token) const {
  const auto folder = folder_ / "scratch" / token;
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  make_folders(folder);
  return folder;
}

fs::path PictureStore::blob(const std::string& id, std::string_view ending) const {
  if (!is_picture_id(id)) throw Error(ErrorCategory::not_found, "there is no such picture");
  return folder_ / "blobs" / id.substr(0, 2) / (id + std::string(ending));
}

fs::path PictureStore::thumbnail_file(const std::string& id, int size) const {
  return folder_ / "thumbnails" / id.substr(0, 2) / (size > 0 ? fmt::format("{}-{}.webp", id, size) : id + "-film.webp");
}

}  // namespace inkstone::studio
