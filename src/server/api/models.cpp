// What requests may name: /v1/models, which speaks OpenAI's shape beside its own, and /v1/datasets.
#include <map>

#include "inkstone/models.hpp"
#include "server/api/handlers.hpp"
#include "server/api/job_json.hpp"
#include "server/api/orders.hpp"
#include "server/painter.hpp"

namespace inkstone::server {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::map<std::string, ModelInfo> catalogue_by_name() {
  std::map<std::string, ModelInfo> known;
  for (auto& model : list_models()) known.emplace(model.name, model);
  return known;
}

// Names may have two parts: "fast-style/wave".
std::string model_named(const Request& request) {
  const auto folder = request.parameters.find("folder");
  return (folder == request.parameters.end() ? std::string() : folder->second + "/") + request.parameter("name");
}

}  // namespace

Response list_usable_models(Service& service, const Request& request) {
  const auto catalogue = catalogue_by_name();
  auto models = ordered_json::array(), data = ordered_json::array();
  for (const auto& model : service.jobs.models(request.user.sees())) {
    const auto known = catalogue.find(model.id);
    models.push_back({{"id", model.id},
                      {"name", model.id},
                      {"title", model.title},
                      {"purpose", model.purpose},
                      {"licence", model.licence},
                      {"source", model.source},
                      {"bytes", model.bytes},
                      {"present", model.present},
                      {"loader", known == catalogue.end() ? "" : known->second.loader}});
  }
  for (const auto& model : offered_models(service, request.user.sees()))
    if (model.present) data.push_back({{"id", model.id}, {"object", "model"}, {"created", 0}, {"owned_by", model.source}});
  return json_response(200, dumped({{"object", "list"}, {"data", std::move(data)}, {"models", std::move(models)}}));
}

Response get_usable_model(Service& service, const Request& request) {
  for (const auto& model : offered_models(service, request.user.sees()))
    if (model.present && model.id == model_named(request))
      return json_response(200, dumped({{"id", model.id}, {"object", "model"}, {"created", 0}, {"owned_by", model.source}}));
  throw Error(ErrorCategory::not_found, "there is no such model here; GET /v1/models lists those that are");
}

Response pull_one_model(Service& service, const Request& request) {
  const auto name = model_named(request);
  const auto id = submit_order(service, request.user, order_for("pull", {{"name", name}}));
  auto response = json_response(201, dumped(job_json(service.jobs.find(id))));
  response.set("Location", "/v1/jobs/" + id);
  return response;
}

// Data sets of the catalogue, and what every rule can paint without end.
Response list_datasets(Service& service, const Request& request) {
  auto list = ordered_json::array();
  for (const auto& model : list_models())
    if (model.loader == "dataset")
      list.push_back({{"name", model.name}, {"summary", model.purpose}, {"pictures", 0}, {"present", model.present}});
  for (const auto& model : service.jobs.models(request.user.sees()))
    if (model.source == "rule")
      list.push_back({{"name", "procedural:" + model.title}, {"summary", "painted by rule"}, {"pictures", 0}, {"present", true}});
  return json_response(200, dumped({{"datasets", std::move(list)}}));
}

}  // namespace inkstone::server
