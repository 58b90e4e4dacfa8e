#include "core/options.hpp"

#include <cmath>
#include <cstdlib>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "inkstone/error.hpp"
#include "inkstone/paint_request.hpp"
#include "inkstone/post_request.hpp"
#include "inkstone/stylize_request.hpp"

namespace inkstone {
namespace {

using nlohmann::json;

std::string refusal(const json& values) {
  try {
    from_json<StylizeRequest>(values);
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::bad_argument);
    return error.what();
  }
  return "accepted";
}

const Field& field(const std::vector<Field>& fields, const std::string& name) {
  for (const auto& field : fields)
    if (field.option.name == name) return field;
  throw std::out_of_range(name);
}

TEST(Options, EmptyObjectGivesTheDefaults) {
  EXPECT_EQ(to_json(from_json<StylizeRequest>(json::object())), to_json(StylizeRequest()));
  EXPECT_TRUE(changed_options(StylizeRequest()).empty());
}

TEST(Options, UnknownKeyNamesTheNearest) {
  EXPECT_NE(refusal({{"contentweight", 1}}).find("did you mean 'content-weight'"), std::string::npos);
}

TEST(Options, WrongTypesNameTheOption) {
  EXPECT_NE(refusal({{"size", "large"}}).find("--size takes a whole number"), std::string::npos);
  EXPECT_NE(refusal({{"size", 99.5}}).find("--size"), std::string::npos);
  EXPECT_NE(refusal({{"original-colors", 1}}).find("true or false"), std::string::npos);
  EXPECT_NE(refusal({{"style", json::array({1})}}).find("--style takes a list"), std::string::npos);
  EXPECT_NE(refusal({{"preset", nullptr}}).find("--preset"), std::string::npos);
}

TEST(Options, RangesAndChoicesAreHeld) {
  EXPECT_NE(refusal({{"size", 31}}).find("--size must be 32 to 4096, not 31"), std::string::npos);
  EXPECT_NE(refusal({{"optimizer", "lbgfs"}}).find("did you mean 'lbfgs'"), std::string::npos);
  EXPECT_NE(refusal({{"style-blend-weights", {1.0, -1.0}}}).find("at least 0"), std::string::npos);
  EXPECT_NE(refusal({{"tv-weight", std::nan("")}}).find("--tv-weight"), std::string::npos);
  EXPECT_NE(refusal({{"save-every", 3000000000}}).find("--save-every"), std::string::npos);
}

TEST(Options, NotAnObjectIsRefused) {
  EXPECT_NE(refusal(json::array()).find("JSON object"), std::string::npos);
}

TEST(Options, WholeFloatsAndSingleValuesAreTaken) {
  const auto request = from_json<StylizeRequest>({{"size", 256.0}, {"style", "a.png"}});
  EXPECT_EQ(request.size, 256);
  ASSERT_EQ(request.style.size(), 1u);
  EXPECT_EQ(request.style[0].value, "a.png");
}

TEST(Options, OtherToolsNamesMeanTheSame) {
  EXPECT_EQ(from_json<PaintRequest>({{"guidance", 3}}).guidance, 3);
  EXPECT_EQ(to_json(from_json<PaintRequest>({{"sampler", "ddim"}})),
            to_json(from_json<PaintRequest>({{"sampling-method", "ddim"}})));
  EXPECT_THROW(from_json<PaintRequest>({{"guidance", 3}, {"cfg-scale", 4}}), Error);
}

TEST(Options, ChangedOptionsAreNamed) {
  StylizeRequest request;
  request.size = 300;
  request.style = {{"a.png"}};
  EXPECT_EQ(changed_options(request), (std::set<std::string>{"size", "style"}));
}

TEST(Options, TextBecomesTheKindOfTheField) {
  const auto fields = fields_of<StylizeRequest>();
  EXPECT_EQ(value_from_text(field(fields, "seed"), "-1"), json(-1));
  EXPECT_EQ(value_from_text(field(fields, "tv-weight"), "1e-3"), json(1e-3));
  EXPECT_TRUE(value_from_text(field(fields, "size"), "12x").is_string());
  EXPECT_EQ(value_from_text(field(fields, "seed"), "9223372036854775807").get<int64_t>(), INT64_MAX);
}

TEST(Options, SchemaHasEveryFieldWithItsRange) {
  const auto schema = json_schema("stylize", fields_of<StylizeRequest>());
  EXPECT_EQ(schema["properties"].size(), fields_of<StylizeRequest>().size());
  EXPECT_EQ(schema["properties"]["size"]["minimum"], 32);
  EXPECT_TRUE(schema["properties"]["size"]["minimum"].is_number_integer());
  EXPECT_EQ(schema["properties"]["style"]["items"]["x-kind"], "picture");
  EXPECT_EQ(schema["x-order"][0], "content");
  EXPECT_FALSE(schema["additionalProperties"]);
}

TEST(Options, TablesHaveOneRowPerField) {
  const auto fields = fields_of<StylizeRequest>();
  const auto text = markdown_tables(fields);
  for (const auto& each : fields)
    EXPECT_NE(text.find(fmt::format("{}`", each.option.name)), std::string::npos) << each.option.name;
  EXPECT_NE(text.find("max, avg"), std::string::npos);
}

TEST(Options, NoNameOrLetterIsUsedTwice) {
  const auto check = [](const std::vector<Field>& fields) {
    std::set<std::string> names;
    std::set<char> letters;
    for (const auto& each : fields) {
      EXPECT_TRUE(names.insert(each.option.name).second) << each.option.name;
      for (const auto& alias : each.option.aliases) EXPECT_TRUE(names.insert(alias).second) << alias;
      if (each.option.letter != 0) {
        EXPECT_TRUE(letters.insert(each.option.letter).second) << each.option.name;
      }
    }
  };
  check(fields_of<StylizeRequest>());
  check(fields_of<PaintRequest>());
  check(fields_of<PostRequest>());
}

TEST(OptionsProperty, RequestsSurviveTextAndBack) {
  EXPECT_TRUE(rc::check("from_json(parse(dump(to_json(r)))) == r", [] {
    StylizeRequest request;
    request.content.value = *rc::gen::string<std::string>();
    request.style_strength = *rc::gen::inRange(0, 1001) / 1000.0;
    request.content_weight = std::ldexp(*rc::gen::inRange(0, 1 << 30), -20);
    request.size = *rc::gen::inRange(32, 4097);
    request.seed = *rc::gen::inRange<int64_t>(-1, INT64_MAX);
    request.original_colors = *rc::gen::arbitrary<bool>();
    request.optimizer = *rc::gen::element<std::string>("lbfgs", "adam");
    for (const int weight : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 100)))
      request.style_blend_weights.push_back(weight);
    for (char& c : request.content.value) c = static_cast<char>(c & 127);  // JSON text is UTF-8
    const auto values = to_json(request);
    RC_ASSERT(to_json(from_json<StylizeRequest>(json::parse(values.dump()))) == values);
  }));
}

}  // namespace
}  // namespace inkstone
