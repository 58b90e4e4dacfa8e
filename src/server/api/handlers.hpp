// The handlers of Inkstone's own API. Each throws Error; application.cpp makes a problem document of it.
#pragma once

#include "server/http/message.hpp"
#include "server/service.hpp"

namespace inkstone::server {

Response get_health(Service& service, const Request& request);
Response get_readiness(Service& service, const Request& request);
Response get_metrics(Service& service, const Request& request);

Response get_session(Service& service, const Request& request);
Response open_session(Service& service, const Request& request);
Response close_session(Service& service, const Request& request);
Response erase_me(Service& service, const Request& request);

Response get_capabilities(Service& service, const Request& request);
Response get_openapi(Service& service, const Request& request);
Response get_recipes(Service& service, const Request& request);
Response get_shipped_picture(Service& service, const Request& request);

Response submit_job(Service& service, const Request& request);
Response list_jobs(Service& service, const Request& request);
Response get_job(Service& service, const Request& request);
Response change_job(Service& service, const Request& request);
Response erase_job(Service& service, const Request& request);
Response cancel_job(Service& service, const Request& request);
Response pause_job(Service& service, const Request& request);
Response resume_job(Service& service, const Request& request);
Response retry_job(Service& service, const Request& request);
Response get_preview(Service& service, const Request& request);
Response follow_job(Service& service, const Request& request);
Response follow_all(Service& service, const Request& request);

Response add_picture(Service& service, const Request& request);
Response get_picture(Service& service, const Request& request);
Response get_thumbnail(Service& service, const Request& request);
Response get_recipe(Service& service, const Request& request);
Response forget_picture(Service& service, const Request& request);

Response list_usable_models(Service& service, const Request& request);
Response get_usable_model(Service& service, const Request& request);
Response pull_one_model(Service& service, const Request& request);
Response get_hand_tracker_file(Service& service, const Request& request);
Response list_datasets(Service& service, const Request& request);
Response list_runs(Service& service, const Request& request);
Response get_run_metrics(Service& service, const Request& request);
Response get_run_sample(Service& service, const Request& request);

}  // namespace inkstone::server
