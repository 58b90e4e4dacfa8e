// What every route's handler is given.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "inkstone/jobs.hpp"
#include "inkstone/serve_request.hpp"
#include "server/webui/choices.hpp"

namespace inkstone::server {

class EventHub;
class Log;
class Metrics;
class Tokens;

struct Service {
  Jobs& jobs;
  const ServeRequest& settings;
  Tokens& tokens;
  EventHub& hub;
  Metrics& metrics;
  Log& log;
  Log& audit;
  webui::WebUiChoices& choices;
  std::atomic<bool> draining{false};

  std::uint64_t body_bytes() const { return std::uint64_t(settings.body_megabytes) << 20; }
};

}  // namespace inkstone::server
