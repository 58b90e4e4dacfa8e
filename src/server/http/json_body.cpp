#include "server/http/json_body.hpp"

#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/text.hpp"
#include "server/http/message.hpp"
#include "server/problem.hpp"

namespace inkstone::server {
namespace {

using nlohmann::json;

// Stops what would cost far more to hold than it did to send.
class Watch {
 public:
  bool operator()(int depth, json::parse_event_t event, json& value) {
    if (depth > kMaxJsonDepth) throw MalformedJson(fmt::format("the JSON is nested deeper than {} levels", kMaxJsonDepth));
    if (++values_ > kMaxJsonValues) throw MalformedJson(fmt::format("the JSON has more than {} values", kMaxJsonValues));
    if (event == json::parse_event_t::object_start) keys_.emplace_back();
    if (event == json::parse_event_t::object_end) keys_.pop_back();
    if (event == json::parse_event_t::key && !keys_.back().insert(value.get<std::string>()).second)
      throw MalformedJson(fmt::format("the JSON has the key '{}' twice", value.get<std::string>()));
    return true;
  }

 private:
  std::size_t values_ = 0;
  std::vector<std::set<std::string>> keys_;
};

// "[json.exception.parse_error.101] parse error at line 1, column 5: ..." without its first words.
std::string parser_words(const std::string& what) {
  const auto end = what.find("] ");
  return what.substr(end == std::string::npos ? 0 : end + 2);
}

}  // namespace

json parse_json(std::string_view text) {
  try {
    return json::parse(text, [watch = Watch()](int depth, json::parse_event_t event, json& value) mutable {
      return watch(depth, event, value);
    });
  } catch (const json::exception& error) {
    throw MalformedJson(fmt::format("this is no JSON: {}", parser_words(error.what()).substr(0, 200)));
  }
}

json json_body(const Request& request) {
  const auto type = lower_ascii(trimmed(request.header("content-type").substr(0, request.header("content-type").find(';'))));
  if (request.body.empty()) return json::object();
  if (type != "application/json") throw WrongMediaType(fmt::format("the body must be application/json, not '{}'", type));
  auto body = parse_json(request.body);
  if (!body.is_object()) throw MalformedJson("the body must be a JSON object");
  return body;
}

}  // namespace inkstone::server
