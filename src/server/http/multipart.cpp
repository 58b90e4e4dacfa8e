#include "server/http/multipart.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/text.hpp"
#include "inkstone/error.hpp"
#include "server/http/target.hpp"

namespace inkstone::server {
namespace {

[[noreturn]] void refuse_form(const std::string& why) {
  throw Error(ErrorCategory::bad_argument, "the multipart form is malformed: " + why);
}

// name="value" pairs after the first word of a header value. Quoted values may escape " and \.
std::map<std::string, std::string> header_parameters(std::string_view value) {
  std::map<std::string, std::string> parameters;
  auto at = std::min(value.find(';'), value.size());
  while (at < value.size()) {
    ++at;
    const auto equals = value.find('=', at);
    if (equals == std::string_view::npos) break;
    const auto key = lower_ascii(trimmed(value.substr(at, equals - at)));
    std::string text;
    at = equals + 1;
    if (at < value.size() && value[at] == '"') {
      for (++at; at < value.size() && value[at] != '"'; ++at) {
        if (value[at] == '\\' && at + 1 < value.size() && (value[at + 1] == '"' || value[at + 1] == '\\')) ++at;
        text += value[at];
      }
      if (at >= value.size()) refuse_form("a quotation mark is not closed");
      at = std::min(value.find(';', at), value.size());
    } else {
      const auto end = std::min(value.find(';', at), value.size());
      text = trimmed(value.substr(at, end - at));
      at = end;
    }
    if (!parameters.emplace(key, std::move(text)).second) refuse_form(fmt::format("'{}' is said twice", key));
  }
  return parameters;
}

bool is_boundary_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
}

std::string last_component(std::string name) {
  const auto slash = name.find_last_of("/\\");
  return slash == std::string::npos ? name : name.substr(slash + 1);
}

void read_part_header(std::string_view line, Part& part) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) refuse_form("a header without a colon");
  const auto key = lower_ascii(trimmed(line.substr(0, colon)));
  const auto value = trimmed(line.substr(colon + 1));
  if (key == "content-type") part.media_type = value;
  if (key == "content-transfer-encoding" && lower_ascii(value) != "binary" && lower_ascii(value) != "8bit" &&
      lower_ascii(value) != "7bit")
    refuse_form("encoded parts are not read");
  if (key != "content-disposition") return;
  if (lower_ascii(value).rfind("form-data", 0) != 0) refuse_form("a part that is no form-data");
  auto parameters = header_parameters(value);
  part.name = parameters["name"];
  part.filename = last_component(parameters["filename"]);
}

Part read_part(std::string_view text) {
  Part part;
  const auto end = text.find("\r\n\r\n");
  if (end == std::string_view::npos || end > kMaxPartHeader) refuse_form("a part without an end of its headers");
  for (std::size_t at = 0; at < end;) {
    const auto stop = std::min(text.find("\r\n", at), end);
    read_part_header(text.substr(at, stop - at), part);
    at = stop + 2;
  }
  if (part.name.empty()) refuse_form("a part without a name");
  if (!is_utf8(part.name) || !is_utf8(part.filename)) refuse_form("a name that is not UTF-8");
  part.data = text.substr(end + 4);
  return part;
}

}  // namespace

std::string multipart_boundary(std::string_view content_type) {
  const auto kind = lower_ascii(trimmed(content_type.substr(0, content_type.find(';'))));
  if (kind != "multipart/form-data") return {};
  const auto boundary = header_parameters(content_type)["boundary"];
  if (boundary.empty() || boundary.size() > 70 || boundary.back() == ' ' ||
      !std::all_of(boundary.begin(), boundary.end(), is_boundary_character))
    refuse_form("the Content-Type says no usable boundary");
  return boundary;
}

std::vector<Part> parse_multipart(std::string_view body, std::string_view boundary) {
  const std::string delimiter = fmt::format("\r\n--{}", boundary);
  const auto first = std::string_view(delimiter).substr(2);
  auto at = body.find(first);
  if (at != 0 && (at == std::string_view::npos || at < 2 || body.substr(at - 2, 2) != "\r\n"))
    refuse_form("the boundary does not occur");
  at += first.size();
  std::vector<Part> parts;
  while (body.substr(at, 2) != "--") {
    if (body.substr(at, 2) != "\r\n") refuse_form("a boundary that does not end its line");
    at += 2;
    const auto end = body.find(delimiter, at);
    if (end == std::string_view::npos) refuse_form("the last boundary is missing");
    if (parts.size() == kMaxParts) refuse_form(fmt::format("more than {} parts", kMaxParts));
    parts.push_back(read_part(body.substr(at, end - at)));
    at = end + delimiter.size();
  }
  return parts;
}

const Part* find_part(const std::vector<Part>& parts, std::string_view name) {
  const auto found = std::find_if(parts.begin(), parts.end(), [&](const Part& part) { return part.name == name; });
  return found == parts.end() ? nullptr : &*found;
}

}  // namespace inkstone::server
