// The table of everything that can be asked for. From it come dispatch, rights and the OpenAPI document.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/message.hpp"
#include "server/safety/tokens.hpp"

namespace inkstone::server {

struct Service;

struct Route {
  const char* method;
  const char* pattern;  // "/v1/jobs/{id}"; a parameter is one segment
  Scope scope;          // what the caller must be allowed
  Response (*handle)(Service&, const Request&);
  const char* tag;
  const char* summary;
  const char* query = "";  // names of query parameters, separated by blanks
  const char* takes = "";  // component schema of the body, or a media type; empty: none
  const char* gives = "";  // component schema of the answer, or a media type; empty: none
  int status = 200;        // of success
};

std::span<const Route> routes();

struct RouteMatch {
  const Route* route = nullptr;  // null: none for this method
  std::map<std::string, std::string, std::less<>> parameters;
  std::vector<std::string> methods;  // that the path has; empty: there is no such path
};

// HEAD goes where GET does. segments: decoded.
RouteMatch match_route(std::span<const Route> table, std::string_view method, const std::vector<std::string>& segments);

// "id" of "/v1/jobs/{id}/events".
std::vector<std::string> pattern_parameters(std::string_view pattern);

}  // namespace inkstone::server
