#include "server/http/conditional.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <zlib.h>

#include "core/text.hpp"
#include "inkstone/error.hpp"

namespace inkstone::server {
namespace {

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string gzipped(const std::string& text) {
  z_stream stream{};
  constexpr int kGzip = 15 + 16;
  if (deflateInit2(&stream, 5, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw Error(ErrorCategory::out_of_memory, "there is no memory to compress an answer");
  std::string packed(deflateBound(&stream, text.size()), 0);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace

bool accepts_encoding(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const auto end = std::min(header.find(','), header.size());
    const auto one = lower_ascii(trimmed(header.substr(0, end)));
    const auto semicolon = std::min(one.find(';'), one.size());
    if (trimmed(std::string_view(one).substr(0, semicolon)) == name) {
      const auto weight = trimmed(std::string_view(one).substr(std::min(semicolon + 1, one.size())));
      return weight.rfind("q=0", 0) != 0 || weight.find_first_of("123456789") != std::string::npos;
    }
    header.remove_prefix(std::min(end + 1, header.size()));
  }
  return false;
}

RangeAnswer parse_range(std::string_view header, std::uint64_t size, ByteRange& range) {
  if (header.rfind("bytes=", 0) != 0) return RangeAnswer::whole;
  header.remove_prefix(6);
  const auto dash = header.find('-');
  if (dash == std::string_view::npos || header.find(',') != std::string_view::npos) return RangeAnswer::whole;
  const auto first = whole_number(header.substr(0, dash)), last = whole_number(header.substr(dash + 1));
  if (!first && !last) return RangeAnswer::whole;
  if (!first) {  // the last so many
    if (dash != 0) return RangeAnswer::whole;
    if (*last == 0 || size == 0) return RangeAnswer::none;
    range = {size - std::min(*last, size), std::min(*last, size)};
    return RangeAnswer::part;
  }
  if (!last && dash + 1 != header.size()) return RangeAnswer::whole;
  if (last && *last < *first) return RangeAnswer::whole;
  if (*first >= size) return RangeAnswer::none;
  range = {*first, std::min(last.value_or(size - 1), size - 1) - *first + 1};
  return RangeAnswer::part;
}

bool is_known(const Request& request, std::string_view tag) {
  auto known = request.header("if-none-match");
  if (known == "*") return true;
  while (!known.empty()) {
    const auto end = std::min(known.find(','), known.size());
    auto each = trimmed(known.substr(0, end));
    if (each.rfind("W/", 0) == 0) each = each.substr(2);
    if (each == tag) return true;
    known.remove_prefix(std::min(end + 1, known.size()));
  }
  return false;
}

void compress(const Request& request, Response& response) {
  constexpr std::size_t kWorthIt = 4096;
  auto* text = std::get_if<std::string>(&response.body);
  if (!text || text->size() < kWorthIt || response.status != 200 || response.has("Content-Encoding") ||
      !accepts_encoding(request.header("accept-encoding"), "gzip"))
    return;
  *text = gzipped(*text);
  response.set("Content-Encoding", "gzip");
  response.set("Vary", "Accept-Encoding");
}

Response file_response(const Request& request, const std::filesystem::path& file, const std::string& media_type,
                       const std::string& tag) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error) throw Error(ErrorCategory::not_found, "the file is no longer here");
  Response response{200, {{"Content-Type", media_type}, {"ETag", tag}, {"Accept-Ranges", "bytes"}}, FileBody{file, 0, size}};
  if (is_known(request, tag)) {
    response.status = 304;
    response.body = std::string();
    return response;
  }
  const auto if_range = request.header("if-range");
  ByteRange range;
  const auto answer =
      if_range.empty() || if_range == tag ? parse_range(request.header("range"), size, range) : RangeAnswer::whole;
  if (answer == RangeAnswer::whole) return response;
  response.status = answer == RangeAnswer::part ? 206 : 416;
  response.set("Content-Range", answer == RangeAnswer::part
                                    ? fmt::format("bytes {}-{}/{}", range.first, range.first + range.size - 1, size)
                                    : fmt::format("bytes */{}", size));
  if (answer == RangeAnswer::part)
    response.body = FileBody{file, range.first, range.size};
  else
    response.body = std::string();
  return response;
}

}  // namespace inkstone::server
