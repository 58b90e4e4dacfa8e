#include "server/http/message.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.hpp"

namespace inkstone::server {
namespace {

std::string header_value(std::string value) {
  for (char& c : value)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return value;
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && lower_ascii(std::string(a)) == lower_ascii(std::string(b));
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<std::string> Request::query_value(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return std::nullopt;
}

const std::string& Request::parameter(std::string_view name) const {
  return parameters.find(name)->second;  // the route's pattern has it
}

void Response::set(std::string_view name, std::string value) {
  for (auto& [known, old] : headers)
    if (same_name(known, name)) {
      old = std::move(value);
      return;
    }
  headers.emplace_back(name, std::move(value));
}

bool Response::has(std::string_view name) const {
  return std::any_of(headers.begin(), headers.end(), [&](const auto& header) { return same_name(header.first, name); });
}

Response text_response(int status, std::string body, std::string media_type) {
  return {status, {{"Content-Type", std::move(media_type)}}, std::move(body)};
}

Response json_response(int status, std::string body) {
  return text_response(status, std::move(body), "application/json");
}

Response empty_response(int status) {
  return {status, {}, std::string()};
}

std::string_view status_text(int status) {
  static constexpr std::pair<int, std::string_view> kTexts[] = {{200, "OK"},
                                                                {201, "Created"},
                                                                {202, "Accepted"},
                                                                {204, "No Content"},
                                                                {206, "Partial Content"},
                                                                {304, "Not Modified"},
                                                                {400, "Bad Request"},
                                                                {401, "Unauthorized"},
                                                                {403, "Forbidden"},
                                                                {404, "Not Found"},
                                                                {405, "Method Not Allowed"},
                                                                {406, "Not Acceptable"},
                                                                {408, "Request Timeout"},
                                                                {409, "Conflict"},
                                                                {411, "Length Required"},
                                                                {413, "Content Too Large"},
                                                                {414, "URI Too Long"},
                                                                {415, "Unsupported Media Type"},
                                                                {416, "Range Not Satisfiable"},
                                                                {421, "Misdirected Request"},
                                                                {422, "Unprocessable Content"},
                                                                {429, "Too Many Requests"},
                                                                {431, "Request Header Fields Too Large"},
                                                                {500, "Internal Server Error"},
                                                                {501, "Not Implemented"},
                                                                {503, "Service Unavailable"},
                                                                {504, "Gateway Timeout"},
                                                                {507, "Insufficient Storage"}};
  for (const auto& [code, text] : kTexts)
    if (code == status) return text;
  return "Unknown";
}

std::string response_head(const Response& response) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, status_text(response.status));
  for (const auto& [name, value] : response.headers) head += fmt::format("{}: {}\r\n", name, header_value(value));
  return head + "\r\n";
}

}  // namespace inkstone::server
