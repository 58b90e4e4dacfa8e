#include "weights/gzip.hpp"

#include <algorithm>
#include <memory>

#include "inkstone/error.hpp"

#ifdef INKSTONE_HAVE_ZLIB
#include <zlib.h>
#endif

namespace inkstone {

bool is_gzip(Bytes bytes) {
  return bytes.size() >= 2 && bytes[0] == std::byte(0x1f) && bytes[1] == std::byte(0x8b);
}

#ifdef INKSTONE_HAVE_ZLIB

namespace {

constexpr int kGzipWindow = 15 + 16, kBareWindow = -15;  // zlib's way of saying "gzip header" and "no header"
constexpr std::uint64_t kPiece = std::uint64_t(1) << 20;

[[noreturn]] void fail(const char* what) {
  throw Error(ErrorCategory::corrupt_file, std::string("the compressed data ") + what);
}

class Inflater {
 public:
  explicit Inflater(int window) : members_(window == kGzipWindow) {
    if (inflateInit2(&stream_, window) != Z_OK) throw Error(ErrorCategory::out_of_memory, "no memory to unpack compressed data");
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Appends at most room bytes; false at the end of the file.
  bool step(Bytes& rest, std::string& result, std::uint64_t room) {
    const std::size_t before = result.size();
    const auto feed = static_cast<uInt>(std::min<std::uint64_t>(rest.size(), kPiece));
    result.resize(before + room);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(rest.data()));
    stream_.avail_in = feed;
    stream_.next_out = reinterpret_cast<Bytef*>(result.data() + before);
    stream_.avail_out = static_cast<uInt>(room);
    const int code = inflate(&stream_, Z_NO_FLUSH);
    result.resize(before + room - stream_.avail_out);
    rest = rest.subspan(feed - stream_.avail_in);
    if (code == Z_STREAM_END) return members_ && !rest.empty() && is_gzip(rest) && inflateReset(&stream_) == Z_OK;
    if (code == Z_BUF_ERROR || (code == Z_OK && rest.empty() && stream_.avail_out > 0)) fail("is cut off");
    if (code != Z_OK) fail("is damaged");
    return true;
  }

 private:
  z_stream stream_ = {};
  bool members_;  // another may follow the first
};

std::string unpacked(Bytes bytes, std::uint64_t limit, int window) {
  std::string result;
  Inflater inflater(window);
  while (result.size() < limit && inflater.step(bytes, result, std::min(kPiece, limit - result.size()))) continue;
  return result;
}

}  // namespace

std::string gunzip(Bytes bytes, std::uint64_t limit) {
  return unpacked(bytes, limit, kGzipWindow);
}
std::string inflated(Bytes stream, std::uint64_t limit) {
  return unpacked(stream, limit, kBareWindow);
}

#else

std::string inflated(Bytes, std::uint64_t) {
  throw Error(ErrorCategory::unsupported,
              "this build cannot unpack compressed archives; unpack the file first or build with zlib");
}

std::string gunzip(Bytes, std::uint64_t) {
  throw Error(ErrorCategory::unsupported, "this build cannot unpack gzip; unpack the file first (gunzip) or build with zlib");
}

#endif

}  // namespace inkstone
