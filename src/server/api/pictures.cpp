// Pictures in and out: /v1/pictures.
#include <algorithm>

#include <fmt/format.h>

#include "server/api/handlers.hpp"
#include "server/api/job_json.hpp"
#include "server/api/orders.hpp"
#include "server/api/parameters.hpp"
#include "server/http/conditional.hpp"
#include "server/http/multipart.hpp"
#include "server/http/target.hpp"
#include "server/problem.hpp"

namespace inkstone::server {
namespace {

// What a picture is called never changes, so neither does what lies under its address.
constexpr const char* kForEver = "private, max-age=31536000, immutable";

bool is_picture_id(const std::string& id) {
  return id.size() == 64 &&
         std::all_of(id.begin(), id.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

const std::string& picture_id(const Request& request) {
  const auto& id = request.parameter("id");
  if (!is_picture_id(id)) throw Error(ErrorCategory::not_found, "a picture is named by 64 hex digits");
  return id;
}

// filename*=UTF-8''... of Content-Disposition, without folders; a name is no more than a label here.
std::string uploaded_name(const Request& request) {
  const auto header = request.header("content-disposition");
  constexpr std::string_view kMark = "filename*=UTF-8''";
  const auto at = header.find(kMark);
  if (at == std::string_view::npos) return {};
  auto text = header.substr(at + kMark.size());
  const auto name = percent_decoded(text.substr(0, text.find(';'))).value_or("");
  const auto slash = name.find_last_of("/\\");
  return slash == std::string::npos ? name : name.substr(slash + 1);
}

StoredPicture stored(Service& service, const Request& request) {
  const auto boundary = multipart_boundary(request.header("content-type"));
  if (boundary.empty()) return keep_picture(service, request.user, request.body, uploaded_name(request));
  const auto parts = parse_multipart(request.body, boundary);
  if (parts.size() != 1) throw Error(ErrorCategory::bad_argument, "the form must have one file");
  return keep_picture(service, request.user, parts[0].data, parts[0].filename);
}

std::string ending_of(const std::string& media_type) {
  const auto slash = media_type.find('/');
  const auto kind = slash == std::string::npos ? std::string("bin") : media_type.substr(slash + 1);
  return kind == "jpeg" ? "jpg" : kind;
}

void attach(Response& response, const StoredPicture& picture) {
  response.set("Content-Disposition",
               fmt::format("attachment; filename=\"inkstone-{}.{}\"", picture.id.substr(0, 12), ending_of(picture.media_type)));
}

}  // namespace

Response add_picture(Service& service, const Request& request) {
  if (request.body.empty()) throw Error(ErrorCategory::bad_argument, "the body must be a picture");
  const auto picture = stored(service, request);
  auto response = json_response(201, dumped(picture_json(picture)));
  response.set("Location", "/v1/pictures/" + picture.id);
  return response;
}

Response get_picture(Service& service, const Request& request) {
  const auto owner = request.user.sees();
  const auto& id = picture_id(request);
  const bool recipe = query_flag(request, "recipe", true), download = query_flag(request, "download", false);
  const auto picture = service.jobs.picture(id, owner);
  const auto tag = fmt::format("\"{}{}\"", id, recipe ? "" : "-bare");
  Response response;
  if (!recipe) {
    response = is_known(request, tag) ? empty_response(304)
                                      : text_response(200, service.jobs.bare_picture(id, owner), picture.media_type);
    response.set("ETag", tag);
  } else {
    response = file_response(request, service.jobs.picture_file(id, owner).path, picture.media_type, tag);
  }
  response.set("Cache-Control", kForEver);
  if (download) attach(response, picture);
  return response;
}

Response get_thumbnail(Service& service, const Request& request) {
  const auto size = int(query_number(request, "size", 256, 16, 2048));
  const auto file = service.jobs.thumbnail(picture_id(request), size, request.user.sees());
  auto response = file_response(request, file.path, file.media_type, fmt::format("\"{}-{}\"", picture_id(request), size));
  response.set("Cache-Control", kForEver);
  return response;
}

Response get_recipe(Service& service, const Request& request) {
  const auto text = service.jobs.picture_text(picture_id(request), request.user.sees());
  return json_response(200, dumped({{"parameters", text.parameters}, {"recipe", stored_json(text.recipe)}}));
}

Response forget_picture(Service& service, const Request& request) {
  service.jobs.forget_picture(picture_id(request), request.user.owner);
  return empty_response(204);
}

}  // namespace inkstone::server
