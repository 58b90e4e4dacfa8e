#include "server/api/openapi.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include <fmt/format.h>

#include "core/text.hpp"
#include "inkstone/studio.hpp"

namespace inkstone::server {
namespace {

using nlohmann::ordered_json;

// What answers look like, as JSON Schema. Kept as text: it is read more often than it is changed.
constexpr std::string_view kSchemas = R"({
"Problem": {"type": "object", "description": "RFC 9457", "required": ["type", "title", "status", "detail"], "properties": {
  "type": {"type": "string", "format": "uri"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}}},
"Picture": {"type": "object", "required": ["id", "url", "thumbnail", "width", "height", "media_type", "bytes", "name"], "properties": {
  "id": {"type": "string", "description": "sha256 of the file"}, "url": {"type": "string"}, "thumbnail": {"type": "string"}, "width": {"type": "integer"},
  "height": {"type": "integer"}, "media_type": {"type": "string"}, "bytes": {"type": "integer"}, "name": {"type": "string"}}},
"Progress": {"type": "object", "properties": {"stage": {"type": "string"}, "step": {"type": "integer"}, "total": {"type": "integer", "description": "0: unknown"},
  "seconds_left": {"type": "number", "description": "negative: unknown"}, "values": {"type": "object", "additionalProperties": {"type": "number"}}}},
"Job": {"type": "object", "required": ["id", "task", "state", "progress", "pictures", "request", "owner"], "properties": {
  "id": {"type": "string"}, "task": {"type": "string"}, "state": {"enum": ["queued", "running", "paused", "done", "failed", "cancelled"]},
  "stopping": {"type": "boolean"}, "priority": {"type": "integer"}, "place": {"type": "integer", "description": "among queued jobs of its priority: the lowest goes first"}, "attempts": {"type": "integer"}, "created": {"type": ["string", "null"], "format": "date-time"},
  "started": {"type": ["string", "null"], "format": "date-time"}, "finished": {"type": ["string", "null"], "format": "date-time"},
  "progress": {"$ref": "#/components/schemas/Progress"}, "preview": {"type": ["string", "null"]},
  "pictures": {"type": "array", "items": {"$ref": "#/components/schemas/Picture"}}, "report": {}, "from_store": {"type": "boolean"},
  "error": {"type": ["object", "null"], "properties": {"type": {"type": "string"}, "title": {"type": "string"}, "detail": {"type": "string"}}},
  "request": {"type": "object"}, "model": {"type": "string"}, "prompt": {"type": "string"}, "tags": {"type": "string", "description": "what annotations found in its pictures"}, "parents": {"type": "array", "items": {"type": "string"}},
  "owner": {"type": "string"}}},
"Jobs": {"type": "object", "properties": {"jobs": {"type": "array", "items": {"$ref": "#/components/schemas/Job"}}, "next": {"type": ["string", "null"], "description": "for before="}}},
"JobChange": {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false, "properties": {"priority": {"type": "integer", "minimum": -1000, "maximum": 1000},
  "move": {"enum": ["sooner", "later"], "description": "exchange places with the next job of the same owner"}}},
"Capabilities": {"type": "object", "properties": {"version": {"type": "string"}, "tasks": {"type": "array", "items": {"type": "object", "properties": {
  "name": {"type": "string"}, "summary": {"type": "string"}, "gives": {"enum": ["pictures", "film", "run", "report"]}, "schema": {"type": "object"}}}},
  "limits": {"type": "object", "properties": {"body_bytes": {"type": "integer"}, "pixels": {"type": "integer"}}}, "formats": {"type": "array", "items": {"type": "string"}}}},
"Models": {"type": "object", "properties": {"object": {"const": "list"}, "data": {"type": "array", "items": {"type": "object", "properties": {
  "id": {"type": "string"}, "object": {"const": "model"}, "created": {"type": "integer"}, "owned_by": {"type": "string"}}}}, "models": {"type": "array", "items": {"type": "object", "properties": {
  "id": {"type": "string"}, "name": {"type": "string"}, "title": {"type": "string"}, "purpose": {"type": "string"}, "licence": {"type": "string"}, "source": {"enum": ["catalogue", "file", "run", "rule"]},
  "bytes": {"type": "integer"}, "present": {"type": "boolean"}, "loader": {"type": "string"}}}}}},
"Datasets": {"type": "object", "properties": {"datasets": {"type": "array", "items": {"type": "object", "properties": {
  "name": {"type": "string"}, "summary": {"type": "string"}, "pictures": {"type": "integer", "description": "0: unknown"}, "present": {"type": "boolean"}}}}}},
"Runs": {"type": "object", "properties": {"runs": {"type": "array", "items": {"type": "object", "properties": {
  "id": {"type": "string", "description": "of its job"}, "config": {"type": "string"}, "data": {"type": "string"}, "family": {"type": "string"},
  "state": {"enum": ["queued", "running", "paused", "done", "failed", "cancelled"]}, "step": {"type": "integer"}, "total": {"type": "integer"},
  "started": {"type": ["string", "null"], "format": "date-time"}, "finished": {"type": ["string", "null"], "format": "date-time"},
  "samples": {"type": "array", "items": {"type": "object", "properties": {"url": {"type": "string"}, "step": {"type": "integer"}}}}}}}}},
"Metrics": {"type": "object", "properties": {"rows": {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "number"}}}}},
"Recipes": {"type": "object", "properties": {"recipes": {"type": "array", "items": {"type": "object", "required": ["name", "task", "title", "request"], "properties": {
  "name": {"type": "string"}, "task": {"type": "string"}, "picture": {"type": "string"}, "needs": {"type": "array", "items": {"type": "string"}},
  "example": {"type": "string"}, "title": {"$ref": "#/components/schemas/Words"}, "summary": {"$ref": "#/components/schemas/Words"}, "request": {"type": "object"}}}}}},
"Words": {"type": "object", "description": "by language", "properties": {"en": {"type": "string"}, "zh": {"type": "string"}}},
"Recipe": {"type": "object", "properties": {"parameters": {"type": "string"}, "recipe": {}}},
"Session": {"type": "object", "properties": {"needed": {"type": "boolean"}, "owner": {"type": "string"}, "scope": {"type": "string"}}},
"Token": {"type": "object", "required": ["token"], "properties": {"token": {"type": "string"}}},
"Erased": {"type": "object", "properties": {"jobs": {"type": "integer"}}},
"Status": {"type": "object", "properties": {"status": {"type": "string"}, "database": {"enum": ["sqlite", "postgresql"]}, "database_answers": {"type": "boolean"},
  "draining": {"type": "boolean"}}},
"Object": {"type": "object"}, "List": {"type": "array", "items": {}}
})";

std::string schema_name(const std::string& task) {
  std::string name;
  bool capital = true;
  for (const char c : task) {
    if (std::isalnum(static_cast<unsigned char>(c)))
      name += capital ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    capital = !std::isalnum(static_cast<unsigned char>(c));
  }
  return name + "Request";
}

ordered_json reference_to(std::string_view component) {
  return {{"$ref", fmt::format("#/components/schemas/{}", component)}};
}

ordered_json schemas_of(const std::vector<TaskInfo>& tasks) {
  auto schemas = ordered_json::parse(kSchemas);
  auto orders = ordered_json::array();
  for (const auto& task : tasks) {
    const auto name = schema_name(task.name);
    schemas[name] = ordered_json::parse(task.schema);
    schemas[name].erase("$schema");
    orders.push_back({{"type", "object"},
                      {"required", {"task"}},
                      {"additionalProperties", false},
                      {"properties",
                       {{"task", {{"const", task.name}}},
                        {"request", reference_to(name)},
                        {"priority", {{"type", "integer"}, {"minimum", -1000}, {"maximum", 1000}}}}}});
  }
  schemas["JobOrder"] = {{"oneOf", std::move(orders)}};
  return schemas;
}

bool is_media_type(std::string_view name) {
  return name.find('/') != std::string_view::npos;
}

ordered_json content_of(std::string_view what) {
  if (is_media_type(what)) return {{std::string(what), {{"schema", {{"type", "string"}}}}}};
  return {{"application/json", {{"schema", reference_to(what)}}}};
}

ordered_json parameters_of(const Route& route) {
  auto parameters = ordered_json::array();
  for (const auto& name : pattern_parameters(route.pattern))
    parameters.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  std::string_view rest = route.query;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(' '), rest.size());
    parameters.push_back(
        {{"name", std::string(rest.substr(0, end))}, {"in", "query"}, {"required", false}, {"schema", {{"type", "string"}}}});
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return parameters;
}

// "get /v1/jobs/{id}" -> "get_v1_jobs_id"
std::string operation_id(const Route& route) {
  std::string id = lower_ascii(route.method);
  for (const char c : std::string_view(route.pattern))
    if (std::isalnum(static_cast<unsigned char>(c)))
      id += c;
    else if (id.back() != '_')
      id += '_';
  while (id.back() == '_') id.pop_back();
  return id;
}

ordered_json operation_of(const Route& route) {
  ordered_json operation = {{"operationId", operation_id(route)}, {"summary", route.summary}, {"tags", {route.tag}}};
  if (auto parameters = parameters_of(route); !parameters.empty()) operation["parameters"] = std::move(parameters);
  if (*route.takes) operation["requestBody"] = {{"required", true}, {"content", content_of(route.takes)}};
  ordered_json success = {{"description", "as asked"}};
  if (*route.gives) success["content"] = content_of(route.gives);
  operation["responses"] = {
      {std::to_string(route.status), std::move(success)},
      {"default",
       {{"description", "what went wrong"}, {"content", {{"application/problem+json", {{"schema", reference_to("Problem")}}}}}}}};
  if (route.scope == Scope::none)
    operation["security"] = ordered_json::array();
  else
    operation["x-scope"] = scope_name(route.scope);
  return operation;
}

}  // namespace

std::vector<std::string> component_names(const std::vector<TaskInfo>& tasks) {
  std::vector<std::string> names;
  const auto schemas = schemas_of(tasks);
  for (const auto& [name, schema] : schemas.items()) names.push_back(name);
  return names;
}

ordered_json openapi_document(std::span<const Route> table, const std::vector<TaskInfo>& tasks) {
  auto paths = ordered_json::object();
  for (const auto& route : table) paths[route.pattern][lower_ascii(route.method)] = operation_of(route);
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", "Inkstone"},
            {"version", version()},
            {"summary", "Painting with networks, as jobs over HTTP"},
            {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
          {"servers", {{{"url", "/"}}}},
          {"security", {{{"bearer", ordered_json::array()}}, {{"cookie", ordered_json::array()}}, ordered_json::object()}},
          {"paths", std::move(paths)},
          {"components",
           {{"schemas", schemas_of(tasks)},
            {"securitySchemes",
             {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}},
              {"cookie", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "inkstone_session"}}}}}}}};
}

}  // namespace inkstone::server
