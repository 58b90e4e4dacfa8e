// Jobs and pictures as /v1 shows them.
#pragma once

#include <nlohmann/json.hpp>

#include "inkstone/jobs.hpp"

namespace inkstone::server {

nlohmann::ordered_json picture_json(const StoredPicture& picture);
nlohmann::ordered_json job_json(const JobStatus& job);

// A document that somebody stored; null where it is empty or damaged.
nlohmann::ordered_json stored_json(const std::string& text);

// RFC 3339, null for 0.
nlohmann::ordered_json time_json(std::int64_t milliseconds);

std::string dumped(const nlohmann::ordered_json& value);  // bytes that are no UTF-8 are replaced

}  // namespace inkstone::server
