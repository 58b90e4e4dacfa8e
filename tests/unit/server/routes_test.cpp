// The table of routes, the OpenAPI document that is made of it, and what requests of other programs come to.
#include <set>

#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "server/api/openapi.hpp"
#include "server/api/orders.hpp"
#include "server/route.hpp"
#include "server/webui/keys.hpp"

namespace inkstone::server {
namespace {

using nlohmann::json;

TEST(Routes, AreFoundByMethodAndPath) {
  const auto match = match_route(routes(), "GET", {"v1", "jobs", "01ABC", "events"});
  ASSERT_TRUE(match.route);
  EXPECT_STREQ(match.route->pattern, "/v1/jobs/{id}/events");
  EXPECT_EQ(match.parameters.at("id"), "01ABC");
  EXPECT_TRUE(match_route(routes(), "HEAD", {"healthz"}).route);
  const auto wrong = match_route(routes(), "PUT", {"v1", "jobs"});
  EXPECT_FALSE(wrong.route);
  EXPECT_EQ(wrong.methods, (std::vector<std::string>{"POST", "GET"}));
  EXPECT_TRUE(match_route(routes(), "GET", {"v1", "nothing"}).methods.empty());
  EXPECT_FALSE(match_route(routes(), "GET", {"v1", "jobs", ""}).route);
}

TEST(Routes, AreEachThereOnceAndGuarded) {
  std::set<std::string> seen;
  for (const auto& route : routes()) {
    EXPECT_TRUE(seen.insert(std::string(route.method) + route.pattern).second) << route.pattern;
    const bool changes = std::string_view(route.method) != "GET";
    const bool open = route.scope == Scope::none;
    EXPECT_TRUE(!changes || route.scope >= Scope::write || std::string_view(route.pattern) == "/v1/session") << route.pattern;
    EXPECT_TRUE(!open || !std::string_view(route.pattern).starts_with("/sdapi")) << route.pattern;
  }
}

void collect_references(const nlohmann::ordered_json& value, std::set<std::string>& names) {
  if (value.is_object() && value.contains("$ref")) names.insert(value["$ref"].get<std::string>());
  if (value.is_structured())
    for (const auto& item : value) collect_references(item, names);
}

TEST(OpenApi, SaysEveryRouteAndNoOther) {
  const auto document = openapi_document(routes(), known_tasks());
  EXPECT_EQ(document["openapi"], "3.1.0");
  std::size_t operations = 0;
  std::set<std::string> ids;
  for (const auto& [path, methods] : document["paths"].items())
    for (const auto& [method, operation] : methods.items()) {
      ++operations;
      EXPECT_TRUE(ids.insert(operation["operationId"].get<std::string>()).second) << path;
      EXPECT_FALSE(operation["summary"].get<std::string>().empty()) << path;
    }
  EXPECT_EQ(operations, routes().size());
  for (const auto& route : routes())
    for (const auto& name : pattern_parameters(route.pattern))
      EXPECT_NE(document["paths"][route.pattern].dump().find("\"name\":\"" + name + "\""), std::string::npos);
}

TEST(OpenApi, RefersToWhatItHas) {
  const auto document = openapi_document(routes(), known_tasks());
  std::set<std::string> references, names;
  collect_references(document, references);
  for (const auto& name : component_names(known_tasks())) names.insert("#/components/schemas/" + name);
  for (const auto& reference : references) EXPECT_TRUE(names.contains(reference)) << reference;
  EXPECT_TRUE(references.contains("#/components/schemas/PaintRequest"));
}

TEST(WebUi, ReadsWhatClientsSend) {
  const auto wish = webui::wish_of(
      json::parse(
          R"({"prompt": "a fox", "negative_prompt": "blur", "seed": 7, "n_iter": 2, "batch_size": 2, "width": 256, "height": 128, "steps": 5,
    "cfg_scale": 4.5, "sampler_name": "Euler a", "scheduler": "automatic", "styles": [], "restore_faces": false, "eta": 1.0, "override_settings": {"sd_model_checkpoint": "file:a"},
    "alwayson_scripts": {"ADetailer": {"args": [false]}}, "script_name": null, "tiling": true})"),
      webui::Kind::text, {});
  EXPECT_EQ(wish.model, "file:a");
  EXPECT_EQ(wish.prompt, "a fox");
  EXPECT_EQ(wish.count, 4);
  EXPECT_EQ(wish.seed, 7);
  EXPECT_EQ(wish.more["sampling-method"], "Euler a");
  EXPECT_EQ(wish.more["steps"], 5);
  EXPECT_EQ(wish.more["tile"], "xy");
  EXPECT_FALSE(wish.more.contains("scheduler"));
  EXPECT_FALSE(wish.more.contains("eta"));
}

TEST(WebUi, RefusesByNameWhatItCannotDo) {
  const auto refused = [](const char* body, const char* name) {
    try {
      webui::wish_of(json::parse(body), webui::Kind::text, {});
      ADD_FAILURE() << body;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
    }
  };
  refused(R"({"promt": "x"})", "'prompt'");
  refused(R"({"restore_faces": true})", "restore_faces");
  refused(R"({"script_name": "x/y plot"})", "script_name");
  refused(R"({"steps": "many"})", "steps");
  refused(R"({"steps": 1.5})", "steps");
  refused(R"({"width": 1e9})", "width");
  refused(R"({"alwayson_scripts": {"ControlNet": {"args": [{"module": "canny"}]}}})", "ControlNet");
  refused(R"({"override_settings": {"face_restoration": true}})", "face_restoration");
  refused(R"({"enable_hr": true, "hr_upscaler": "SwinIR"})", "SwinIR");
  refused(R"({"init_images": ["x"]})", "init_images");
}

TEST(WebUi, TakesPicturesFromTheRequestAlone) {
  EXPECT_EQ(webui::picture_bytes("data:image/png;base64,Zm9v", "image"), "foo");
  for (const char* bad : {"http://host/picture.png", "file:///etc/passwd", "", "*"})
    EXPECT_THROW(webui::picture_bytes(bad, "image"), Error) << bad;
  EXPECT_THROW(webui::picture_bytes(json(), "image"), Error);
}

}  // namespace
}  // namespace inkstone::server
