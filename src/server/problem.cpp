#include "server/problem.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "inkstone/jobs.hpp"

namespace inkstone::server {
namespace {

using nlohmann::json;

int status_of(ErrorCategory category) {
  switch (category) {
    case ErrorCategory::bad_argument:
    case ErrorCategory::corrupt_file:
    case ErrorCategory::unsupported:
      return 422;
    case ErrorCategory::not_found:
      return 404;
    case ErrorCategory::cancelled:
      return 409;
    case ErrorCategory::out_of_memory:
    case ErrorCategory::no_device:
    case ErrorCategory::io:
      return 503;
  }
  return 500;
}

std::string title_of(const Problem& problem) {
  static constexpr std::pair<std::string_view, std::string_view> kTitles[] = {
      {"bad_argument", "The request is wrong"},    {"not_found", "There is no such thing here"},
      {"corrupt_file", "A file is damaged"},       {"unsupported", "This cannot be done here"},
      {"out_of_memory", "Not enough memory"},      {"no_device", "The device is missing"},
      {"io", "Disk, network or database failed"},  {"cancelled", "Stopped on request"},
      {"conflict", "The job is in another state"}, {"limit", "A limit is reached"},
      {"malformed", "The request cannot be read"}, {"media_type", "The body is of another kind"},
      {"unauthorized", "A token is needed"},       {"forbidden", "Not allowed"},
      {"stopping", "The server is stopping"},      {"internal", "A fault of this program"}};
  for (const auto& [type, title] : kTitles)
    if (type == problem.type) return std::string(title);
  return std::string(status_text(problem.status));
}

std::string openai_type(const Problem& problem) {
  if (problem.status == 401) return "authentication_error";
  if (problem.status == 429) return "rate_limit_error";
  return problem.status >= 500 ? "server_error" : "invalid_request_error";
}

}  // namespace

std::string_view category_name(ErrorCategory category) {
  static constexpr std::array<std::string_view, 8> kNames = {"bad_argument",  "not_found", "corrupt_file", "unsupported",
                                                             "out_of_memory", "no_device", "io",           "cancelled"};
  return kNames[static_cast<std::size_t>(category)];
}

Problem problem_of(const std::exception& error) {
  if (dynamic_cast<const LimitReached*>(&error)) return {429, "limit", error.what()};
  if (dynamic_cast<const Stopping*>(&error)) return {503, "stopping", error.what()};
  if (dynamic_cast<const TooLarge*>(&error)) return {413, "limit", error.what()};
  if (dynamic_cast<const JobConflict*>(&error)) return {409, "conflict", error.what()};
  if (dynamic_cast<const MalformedJson*>(&error)) return {400, "malformed", error.what()};
  if (dynamic_cast<const WrongMediaType*>(&error)) return {415, "media_type", error.what()};
  if (const auto* ours = dynamic_cast<const Error*>(&error))
    return {status_of(ours->category()), std::string(category_name(ours->category())), ours->what()};
  return {500, "internal", "something went wrong in the server; its log says what"};
}

Response problem_response(const Problem& problem, std::string_view path) {
  const bool openai = path.rfind("/v1/images/", 0) == 0;
  const json body =
      openai ? json{{"error",
                     {{"message", problem.detail}, {"type", openai_type(problem)}, {"param", nullptr}, {"code", problem.type}}}}
             : json{{"type", "urn:inkstone:problem:" + problem.type},
                    {"title", title_of(problem)},
                    {"status", problem.status},
                    {"detail", problem.detail}};
  auto response = text_response(problem.status, body.dump(-1, ' ', false, json::error_handler_t::replace),
                                openai ? "application/json" : "application/problem+json");
  if (problem.status == 429 || problem.status == 503) response.set("Retry-After", "5");
  return response;
}

}  // namespace inkstone::server
