#include "families/first_stage/latent_cache.hpp"

#include <cerrno>
#include <cstring>
#include <string_view>

#include <ATen/ATen.h>
#include <c10/util/accumulate.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kMostBytes = int64_t(16) << 30;  // beyond this nothing more is kept
constexpr int64_t kKeyBytes = sizeof(uint64_t);

// Never 0, which a file that was cut off in a crash may be full of.
uint64_t key_of(const at::Tensor& picture) {
  const auto hash = std::hash<std::string_view>()({static_cast<const char*>(picture.data_ptr()), picture.nbytes()});
  return hash == 0 ? 1 : hash;
}

[[noreturn]] void cannot_keep(const fs::path& file, const char* what) {
  throw Error(ErrorCategory::io,
              fmt::format("{} {}: {}; name another folder with --latent-cache", what, file.string(), std::strerror(errno)));
}

}  // namespace

LatentCache::LatentCache(const fs::path& folder, const std::string& fingerprint, std::vector<int64_t> shape)
    : shape_(std::move(shape)) {
  if (folder.empty()) return;
  std::error_code failed;
  fs::create_directories(folder, failed);
  file_ = folder / fmt::format("{}-{}.latents", fingerprint, fmt::join(shape_, "x"));
  descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor_ < 0) cannot_keep(file_, "cannot open");
  read_places();
}

LatentCache::~LatentCache() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

int64_t LatentCache::record_bytes() const {
  return kKeyBytes + c10::multiply_integers(shape_) * int64_t(sizeof(at::Half));
}

// Records are a key and its latent; the last one may have been cut off.
void LatentCache::read_places() {
  const int64_t size = ::lseek(descriptor_, 0, SEEK_END), whole = size - size % record_bytes();
  if (whole < size && ::ftruncate(descriptor_, whole) != 0) cannot_keep(file_, "cannot mend");
  for (int64_t place = 0; place < whole; place += record_bytes()) {
    uint64_t key = 0;
    if (::pread(descriptor_, &key, kKeyBytes, place) != kKeyBytes) cannot_keep(file_, "cannot read");
    if (key != 0) places_.emplace(key, place);
  }
}

at::Tensor LatentCache::read(int64_t place) const {
  if (descriptor_ < 0) return held_[std::size_t(place)];
  auto latent = at::empty(shape_, at::kHalf);
  if (::pread(descriptor_, latent.data_ptr(), latent.nbytes(), place + kKeyBytes) != int64_t(latent.nbytes()))
    cannot_keep(file_, "cannot read");
  return latent;
}

// One write, so that processes that share the file do not come between key and latent.
void LatentCache::append(uint64_t key, const at::Tensor& latent) {
  if (int64_t(places_.size()) * record_bytes() >= kMostBytes) return;
  if (descriptor_ < 0) {
    places_.emplace(key, int64_t(held_.size()));
    held_.push_back(latent);
    return;
  }
  std::string record(std::size_t(record_bytes()), '\0');
  std::memcpy(record.data(), &key, kKeyBytes);
  std::memcpy(record.data() + kKeyBytes, latent.data_ptr(), latent.nbytes());
  if (::write(descriptor_, record.data(), record.size()) != int64_t(record.size())) cannot_keep(file_, "cannot write");
  places_.emplace(key, ::lseek(descriptor_, 0, SEEK_CUR) - record_bytes());
}

at::Tensor LatentCache::of(const at::Tensor& picture, const std::function<at::Tensor()>& encode) {
  const auto key = key_of(picture);
  if (const auto found = places_.find(key); found != places_.end()) return read(found->second);
  const auto latent = encode().to(at::kHalf).view(shape_).contiguous();
  append(key, latent);
  return latent;
}

}  // namespace inkstone
