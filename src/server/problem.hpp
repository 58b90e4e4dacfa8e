// What went wrong, as every route says it: RFC 9457 problem documents, with a status out of the error's category.
#pragma once

#include <exception>
#include <string>

#include "inkstone/error.hpp"
#include "server/http/message.hpp"

namespace inkstone::server {

class MalformedJson : public Error {
 public:
  explicit MalformedJson(const std::string& message) : Error(ErrorCategory::bad_argument, message) {}
};

class WrongMediaType : public Error {
 public:
  explicit WrongMediaType(const std::string& message) : Error(ErrorCategory::bad_argument, message) {}
};

// More than one request or one file may have (HTTP 413).
class TooLarge : public Error {
 public:
  explicit TooLarge(const std::string& message) : Error(ErrorCategory::bad_argument, message) {}
};

// The server is being ended; what was submitted is kept (HTTP 503).
class Stopping : public Error {
 public:
  explicit Stopping(const std::string& message) : Error(ErrorCategory::cancelled, message) {}
};

struct Problem {
  int status = 500;
  std::string type = "internal";  // "bad_argument", ...: the last word of the type's URN
  std::string detail;             // one sentence
};

// "bad_argument" and so on, as JobStatus::error_category has them.
std::string_view category_name(ErrorCategory category);

// Of what a handler threw. What is no inkstone::Error is a fault of ours: its text stays in the log.
Problem problem_of(const std::exception& error);

// application/problem+json; for routes that speak OpenAI's language {"error": {...}}.
Response problem_response(const Problem& problem, std::string_view path = {});

}  // namespace inkstone::server
