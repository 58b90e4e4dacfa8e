// What reads requests: targets, forms, JSON, ranges, encodings.
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "server/base64.hpp"
#include "server/http/conditional.hpp"
#include "server/http/json_body.hpp"
#include "server/http/multipart.hpp"
#include "server/http/target.hpp"
#include "server/page/page.hpp"
#include "server/problem.hpp"

namespace inkstone::server {
namespace {

TEST(Target, ComesApart) {
  const auto target = parse_target("/v1/jobs/a%20b?q=red+fox&state=done&q=%E7%94%BB");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/v1/jobs/a%20b");
  EXPECT_EQ(target->segments, (std::vector<std::string>{"v1", "jobs", "a b"}));
  EXPECT_EQ(target->query[0].second, "red fox");
  EXPECT_EQ(target->query[2].second, "画");
  EXPECT_TRUE(parse_target("/")->segments.empty());
}

TEST(Target, RefusesWhatIsMadeToConfuse) {
  for (const char* bad : {"", "jobs", "http://other/", "/%", "/%4", "/%zz", "/a/../b", "/a/%2e%2e/b", "/.", "/a%2fb", "/a%00b",
                          "/a%0d%0ab", "/%ff", "/%c0%af", "/?q=%ed%a0%80"})
    EXPECT_FALSE(parse_target(bad)) << bad;
}

TEST(Utf8, KnowsItsEdges) {
  EXPECT_TRUE(is_utf8("plain, 画, \xf0\x9f\x8e\xa8"));
  for (const char* bad : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80"})
    EXPECT_FALSE(is_utf8(bad));
}

std::string form_of(const std::string& parts) {
  return "--B\r\n" + parts + "\r\n--B--\r\n";
}

TEST(Multipart, ReadsFieldsAndFiles) {
  const auto body = form_of(
      "Content-Disposition: form-data; name=\"job\"\r\nContent-Type: application/json\r\n\r\n{}\r\n--B\r\ncontent-disposition: "
      "form-data; name=photo; filename=\"../../etc/a \\\"b\\\".png\"\r\n\r\n\r\n--notB\r\n");
  const auto parts = parse_multipart(body, "B");
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(find_part(parts, "job")->data, "{}");
  EXPECT_EQ(find_part(parts, "job")->media_type, "application/json");
  EXPECT_EQ(find_part(parts, "photo")->filename, "a \"b\".png");
  EXPECT_EQ(find_part(parts, "photo")->data, "\r\n--notB\r\n");
  EXPECT_EQ(find_part(parts, "other"), nullptr);
}

TEST(Multipart, RefusesWhatIsCutOrNameless) {
  for (const std::string& body :
       {std::string(), std::string("x"), std::string("--B"), std::string("--B\r\n"),
        std::string("--B\r\nContent-Disposition: form-data; name=a\r\n\r\nrest"),
        form_of("Content-Disposition: form-data\r\n\r\nx"), form_of("Content-Disposition: form-data; name=\"a\r\n\r\nx"),
        form_of("no colon\r\n\r\nx"), form_of("Content-Disposition: attachment; name=a\r\n\r\nx"),
        form_of("Content-Disposition: form-data; name=a; name=b\r\n\r\nx"),
        form_of("Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\neA=="),
        form_of("Content-Disposition: form-data; name=\"\xff\"\r\n\r\nx")})
    EXPECT_THROW(parse_multipart(body, "B"), Error) << body;
}

TEST(Multipart, BoundsPartsAndHeaders) {
  std::string many;
  for (std::size_t k = 0; k <= kMaxParts; ++k) many += "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n";
  EXPECT_THROW(parse_multipart(many + "--B--", "B"), Error);
  EXPECT_THROW(parse_multipart(
                   form_of("X: " + std::string(kMaxPartHeader, 'x') + "\r\nContent-Disposition: form-data; name=a\r\n\r\n"), "B"),
               Error);
}

TEST(Multipart, TakesTheBoundaryFromTheType) {
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=----x1"), "----x1");
  EXPECT_EQ(multipart_boundary("Multipart/Form-Data; charset=utf-8; Boundary=\"a b\""), "a b");
  EXPECT_EQ(multipart_boundary("application/json"), "");
  for (const char* bad : {"multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"a",
                          "multipart/form-data; boundary=a\tb"})
    EXPECT_THROW(multipart_boundary(bad), Error) << bad;
  EXPECT_THROW(multipart_boundary("multipart/form-data; boundary=" + std::string(71, 'x')), Error);
}

TEST(Json, IsBoundedAndStrict) {
  EXPECT_EQ(parse_json(R"({"a": [1, "画"]})")["a"][0], 1);
  for (const std::string bad : {"", "{", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "[1e999]", "NaN", "\"\xff\"", "{} {}", "'a'"})
    EXPECT_THROW(parse_json(bad), MalformedJson) << bad;
  EXPECT_NO_THROW(parse_json(std::string(kMaxJsonDepth - 1, '[') + std::string(kMaxJsonDepth - 1, ']')));
  EXPECT_THROW(parse_json(std::string(100'000, '[')), MalformedJson);
  std::string many = "[0";
  for (std::size_t k = 0; k < kMaxJsonValues; ++k) many += ",0";
  EXPECT_THROW(parse_json(many + "]"), MalformedJson);
}

TEST(Json, BodyMustSayWhatItIs) {
  Request request;
  EXPECT_TRUE(json_body(request).empty());
  request.body = "{}";
  EXPECT_THROW(json_body(request), WrongMediaType);
  request.headers["content-type"] = "text/plain";  // what a form of another page can send without asking
  EXPECT_THROW(json_body(request), WrongMediaType);
  request.headers["content-type"] = "Application/JSON; charset=utf-8";
  EXPECT_TRUE(json_body(request).is_object());
  request.body = "[]";
  EXPECT_THROW(json_body(request), MalformedJson);
}

TEST(Range, AnswersAsTheStandardHasIt) {
  ByteRange range;
  const auto part = [&](const char* header, std::uint64_t first, std::uint64_t size) {
    EXPECT_EQ(parse_range(header, 100, range), RangeAnswer::part) << header;
    EXPECT_EQ(range.first, first) << header;
    EXPECT_EQ(range.size, size) << header;
  };
  part("bytes=0-9", 0, 10);
  part("bytes=90-", 90, 10);
  part("bytes=90-1000", 90, 10);
  part("bytes=-5", 95, 5);
  part("bytes=-500", 0, 100);
  for (const char* whole : {"", "lines=1-2", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "bytes=0-1,4-5", "bytes=1x-3"})
    EXPECT_EQ(parse_range(whole, 100, range), RangeAnswer::whole) << whole;
  for (const char* none : {"bytes=100-", "bytes=200-300", "bytes=-0"})
    EXPECT_EQ(parse_range(none, 100, range), RangeAnswer::none) << none;
}

TEST(Tags, AreKnownInEveryForm) {
  Request request;
  EXPECT_FALSE(is_known(request, "\"a\""));
  for (const char* header : {"\"a\"", "\"b\", \"a\"", "W/\"a\"", "*"}) {
    request.headers["if-none-match"] = header;
    EXPECT_TRUE(is_known(request, "\"a\"")) << header;
  }
  request.headers["if-none-match"] = "\"ab\"";
  EXPECT_FALSE(is_known(request, "\"a\""));
}

TEST(Encoding, IsTakenWhereItIsWanted) {
  EXPECT_TRUE(accepts_encoding("gzip, deflate, br", "br"));
  EXPECT_TRUE(accepts_encoding("br;q=0.5", "br"));
  for (const char* header : {"", "gzip", "br;q=0", "br; q=0.0", "brotli"}) EXPECT_FALSE(accepts_encoding(header, "br")) << header;
}

TEST(Base64, GoesThereAndBack) {
  for (const std::string text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) EXPECT_EQ(base64_decoded(base64(text)), text);
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("fo"), "Zm8=");
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(base64_decoded("data:image/png;base64," + base64(all)), all);
  EXPECT_EQ(base64_decoded("Zm9v\nYmFy"), "foobar");
  for (const char* bad : {"Z", "Zm9v*", "http://host/a.png", "Zm9vY===", "Zg==Zg"}) EXPECT_FALSE(base64_decoded(bad)) << bad;
}

TEST(Head, CannotBeEndedEarly) {
  auto response = text_response(200, "");
  response.set("Location", "/a\r\nSet-Cookie: x=1\r\n\r\n");
  const auto head = response_head(response);
  EXPECT_EQ(head.find("\r\nSet-Cookie"), std::string::npos);
  EXPECT_EQ(head.find("\r\n\r\n"), head.size() - 4);
  response.set("location", "/b");
  EXPECT_NE(response_head(response).find("Location: /b\r\n"), std::string::npos);
}

TEST(Feed, HandsOverInOrderAndCutsOffTheSlow) {
  Feed feed(10);
  int woken = 0;
  feed.when_ready([&] { ++woken; });
  EXPECT_TRUE(feed.push("one"));
  EXPECT_TRUE(feed.push("two"));
  EXPECT_EQ(feed.take().text, "onetwo");
  EXPECT_EQ(feed.take().text, "");
  EXPECT_EQ(woken, 2);
  EXPECT_FALSE(feed.push("elevenbytes"));
  EXPECT_TRUE(feed.take().closed);
  EXPECT_FALSE(feed.push("x"));
}

TEST(Problem, HasAStatusForEveryError) {
  EXPECT_EQ(problem_of(MalformedJson("x")).status, 400);
  EXPECT_EQ(problem_of(WrongMediaType("x")).status, 415);
  EXPECT_EQ(problem_of(LimitReached("x")).status, 429);
  EXPECT_EQ(problem_of(JobConflict("x")).status, 409);
  EXPECT_EQ(problem_of(TooLarge("x")).status, 413);
  EXPECT_EQ(problem_of(Stopping("x")).status, 503);
  EXPECT_EQ(problem_of(Error(ErrorCategory::not_found, "x")).status, 404);
  EXPECT_EQ(problem_of(Error(ErrorCategory::bad_argument, "x")).status, 422);
  EXPECT_EQ(problem_of(Error(ErrorCategory::io, "x")).status, 503);
  EXPECT_EQ(problem_of(std::runtime_error("a path /secret")).detail.find("secret"), std::string::npos);
}

TEST(Problem, SpeaksTwoLanguages) {
  const auto ours = problem_response({422, "bad_argument", "no\xff"}, "/v1/jobs");
  const auto body = nlohmann::json::parse(std::get<std::string>(ours.body));
  EXPECT_EQ(body["status"], 422);
  EXPECT_EQ(body["type"], "urn:inkstone:problem:bad_argument");
  const auto theirs = problem_response({404, "not_found", "no"}, "/v1/images/generations");
  EXPECT_EQ(nlohmann::json::parse(std::get<std::string>(theirs.body))["error"]["message"], "no");
}

}  // namespace
}  // namespace inkstone::server
