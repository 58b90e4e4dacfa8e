// A request as it came and a response as it goes, without a word of the library that carries them: what every handler and every
// test sees.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "server/http/feed.hpp"
#include "server/safety/tokens.hpp"

namespace inkstone::server {

struct Request {
  std::string method;                                          // "GET", in capitals
  std::string target;                                          // "/v1/jobs?limit=5", as sent
  std::string path;                                            // "/v1/jobs", as sent
  std::vector<std::pair<std::string, std::string>> query;      // decoded, in order
  std::map<std::string, std::string, std::less<>> headers;     // names in lower case; what came twice is joined by ", "
  std::map<std::string, std::string, std::less<>> parameters;  // of the route's pattern, decoded
  std::string body;
  std::string peer;     // address of the other end
  bool secure = false;  // came over TLS
  User user;            // who asks, once that is known
  std::string route;    // pattern of the route, for logs and metrics

  // Empty where it did not come. name in lower case.
  std::string_view header(std::string_view name) const;
  std::optional<std::string> query_value(std::string_view name) const;
  const std::string& parameter(std::string_view name) const;
};

// A share of a file.
struct FileBody {
  std::filesystem::path path;
  std::uint64_t offset = 0, size = 0;
};

struct Response;
// An answer that is not there yet: start is called once, and what it is given is to be called from any thread when the time has
// come; then finish says the answer, on a worker's thread.
struct Later {
  std::function<void(std::function<void()> ready)> start;
  std::function<Response()> finish;
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::variant<std::string, FileBody, std::shared_ptr<Feed>, Later> body;

  void set(std::string_view name, std::string value);  // in place of one of that name
  bool has(std::string_view name) const;               // names whatever their case
};

Response text_response(int status, std::string body, std::string media_type = "text/plain; charset=utf-8");
Response json_response(int status, std::string body);
Response empty_response(int status);

// "Not Found" of 404.
std::string_view status_text(int status);

// "HTTP/1.1 200 OK", the headers and the empty line. Bytes that would end a header early become blanks.
std::string response_head(const Response& response);

}  // namespace inkstone::server
