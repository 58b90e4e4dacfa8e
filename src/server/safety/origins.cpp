#include "server/safety/origins.hpp"

#include <arpa/inet.h>
#include <algorithm>

#include <fmt/format.h>

#include "core/text.hpp"
#include "inkstone/error.hpp"
#include "server/http/message.hpp"

namespace inkstone::server {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "http://host:port" without what comes before the host; empty where it is none.
std::string authority_of(std::string_view origin) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (origin.rfind(scheme, 0) == 0) return std::string(origin.substr(scheme.size()));
  return {};
}

bool is_ipv4(const std::string& text) {
  in_addr address{};
  return ::inet_pton(AF_INET, text.c_str(), &address) == 1;
}

bool is_ipv6(const std::string& text) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

}  // namespace

std::string host_name(std::string_view header) {
  const auto bracket = header.rfind(']');
  const auto colon = header.find(':', !header.empty() && header.front() == '[' ? std::min(bracket, header.size()) : 0);
  if (colon != std::string_view::npos && !all_digits(header.substr(colon + 1))) return {};
  return lower_ascii(std::string(header.substr(0, colon)));
}

bool is_address(std::string_view name) {
  if (name.size() > 2 && name.front() == '[' && name.back() == ']') return is_ipv6(std::string(name.substr(1, name.size() - 2)));
  return is_ipv4(std::string(name));
}

bool is_own_address(std::string_view address) {
  const std::string text(address);
  return text == "localhost" || text == "::1" || text == "[::1]" || (is_ipv4(text) && text.rfind("127.", 0) == 0);
}

Origins::Origins(std::vector<std::string> hosts, std::vector<std::string> origins)
    : hosts_(std::move(hosts)), origins_(std::move(origins)) {
  for (auto& host : hosts_) host = lower_ascii(host);
  for (auto& origin : origins_) {
    origin = lower_ascii(origin);
    if (host_name(authority_of(origin)).empty() || authority_of(origin).find('/') != std::string::npos)
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("--allow-origin is scheme://host or scheme://host:port, not '{}'", origin));
  }
}

bool Origins::knows_host(std::string_view header) const {
  const auto name = host_name(header);
  return name == "localhost" || is_address(name) || (!name.empty() && contains(hosts_, name));
}

bool Origins::may_call(const Request& request) const {
  const auto origin = lower_ascii(std::string(request.header("origin")));
  if (!origin.empty())
    return contains(origins_, origin) || authority_of(origin) == lower_ascii(std::string(request.header("host")));
  // Browsers say so also where they send no origin, as for <img src>. A link that somebody follows to the page is no call.
  if (request.header("sec-fetch-site") != "cross-site") return true;
  return request.method == "GET" && request.header("sec-fetch-mode") == "navigate" &&
         request.header("sec-fetch-dest") == "document";
}

std::string Origins::allowed_origin(const Request& request) const {
  const std::string origin(request.header("origin"));
  return contains(origins_, lower_ascii(origin)) ? origin : std::string();
}

}  // namespace inkstone::server
