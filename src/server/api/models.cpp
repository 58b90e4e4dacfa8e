// What requests may name: /v1/models, which speaks OpenAI's shape beside its own, and /v1/datasets; and the model that the page
// itself runs: /v1/hand-tracker.
#include <algorithm>
#include <map>

#include "inkstone/models.hpp"
#include "server/api/handlers.hpp"
#include "server/api/job_json.hpp"
#include "server/api/orders.hpp"
#include "server/http/conditional.hpp"
#include "server/page/page.hpp"
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

// The name is looked up among the files of the catalogue's entry; no path is made from it.
Response get_hand_tracker_file(Service&, const Request& request) {
  const auto model = model_info("hand-tracker");
  const auto file = std::find_if(model.files.begin(), model.files.end(),
                                 [&](const ModelFileInfo& one) { return one.path == request.parameter("file"); });
  if (file == model.files.end()) throw Error(ErrorCategory::not_found, "the hand tracker has no such file");
  if (!model.present)
    throw Error(ErrorCategory::not_found, "the hand tracker is not here; POST /v1/models/hand-tracker/pull fetches it");
  auto response =
      file_response(request, model.path / file->path, std::string(media_type_of(file->path)), '"' + file->sha256 + '"');
  response.set("Cache-Control", "private, no-cache");
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
