// What strangers send: the first byte chooses what the rest is (a target, a form, JSON, a Range header, base 64, a Host header).
#include "server/http/multipart.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

#include "inkstone/error.hpp"
#include "server/base64.hpp"
#include "server/http/conditional.hpp"
#include "server/http/json_body.hpp"
#include "server/http/target.hpp"
#include "server/route.hpp"
#include "server/safety/origins.hpp"

namespace {

using namespace inkstone::server;

void read_target(const std::string& text) {
  static constexpr Route kTable[] = {{"GET", "/v1/jobs/{id}/events", Scope::read, nullptr, "", ""},
                                     {"POST", "/v1/{a}/{b}", Scope::read, nullptr, "", ""}};
  if (const auto target = parse_target(text)) match_route(kTable, "GET", target->segments);
}

// The first line is the Content-Type.
void read_form(const std::string& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto boundary = multipart_boundary(text.substr(0, end));
  if (boundary.empty()) return;
  for (const auto& part : parse_multipart(text.substr(std::min(end + 1, text.size())), boundary))
    if (part.name.empty() || part.data.size() > text.size()) __builtin_trap();
}

void read_range(const std::string& text) {
  ByteRange range;
  if (parse_range(text, 1000, range) == RangeAnswer::part &&
      (range.first >= 1000 || range.size == 0 || range.first + range.size > 1000))
    __builtin_trap();
}

void read_base64(const std::string& text) {
  if (base64_decoded(base64(text)) != text) __builtin_trap();
  base64_decoded(text);
}

void read_host(const std::string& text) {
  const Origins origins({"studio.example"}, {});
  const auto name = host_name(text);
  if (origins.knows_host(text) && name != "localhost" && name != "studio.example" && !is_address(name)) __builtin_trap();
  accepts_encoding(text, "br");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    switch (data[0] % 6) {
      case 0:
        read_target(text);
        break;
      case 1:
        read_form(text);
        break;
      case 2:
        parse_json(text);
        break;
      case 3:
        read_range(text);
        break;
      case 4:
        read_base64(text);
        break;
      default:
        read_host(text);
        break;
    }
  } catch (const inkstone::Error&) {
  }
  return 0;
}
