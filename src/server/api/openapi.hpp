// The OpenAPI 3.1 document of the server, made from the table of routes and the schemas of the tasks.
#pragma once

#include <span>
#include <vector>

#include <nlohmann/json.hpp>

#include "inkstone/tasks.hpp"
#include "server/route.hpp"

namespace inkstone::server {

nlohmann::ordered_json openapi_document(std::span<const Route> table, const std::vector<TaskInfo>& tasks);

// Names under components/schemas, for the test that holds the table to it.
std::vector<std::string> component_names(const std::vector<TaskInfo>& tasks);

}  // namespace inkstone::server
