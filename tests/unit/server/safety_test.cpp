// Who may ask: tokens, origins, rates.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/files.hpp"
#include "inkstone/error.hpp"
#include "server/application.hpp"
#include "server/log.hpp"
#include "server/metrics.hpp"
#include "server/safety/origins.hpp"
#include "server/safety/rate_limiter.hpp"
#include "server/safety/tokens.hpp"

namespace inkstone::server {
namespace {

namespace fs = std::filesystem;

class TokenFile : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder); }
  void TearDown() override { fs::remove_all(folder); }
  const fs::path folder = fs::temp_directory_path() / ("inkstone-tokens-" + std::to_string(::getpid()));
  const fs::path file = folder / "tokens.json";
};

TEST_F(TokenFile, KeepsDigestsForItsOwnerAlone) {
  Tokens tokens(file);
  EXPECT_FALSE(tokens.any());
  const auto token = tokens.create({.name = "anna", .owner = {}, .scope = "write", .days = 0});
  EXPECT_EQ(token.secret.rfind("ink_", 0), 0u);
  EXPECT_EQ(token.secret.size(), 47u);
  const auto text = read_file(file);
  EXPECT_EQ(text.find(token.secret.substr(4)), std::string::npos);
  EXPECT_NE(text.find(sha256_digest(token.secret)), std::string::npos);
  struct stat status {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(TokenFile, OpensForTheRightOneOnly) {
  Tokens tokens(file);
  const auto token = tokens.create({.name = "anna", .owner = "studio", .scope = "read", .days = 1});
  const auto user = tokens.check(token.secret);
  ASSERT_TRUE(user);
  EXPECT_EQ(user->owner, "studio");
  EXPECT_EQ(user->scope, Scope::read);
  EXPECT_EQ(user->sees(), "studio");
  EXPECT_FALSE(tokens.check(token.secret + "x"));
  EXPECT_FALSE(tokens.check(sha256_digest(token.secret)));
  EXPECT_FALSE(tokens.check(""));
}

TEST_F(TokenFile, IsReadAgainWhenAnotherProcessRevokes) {
  Tokens server(file), command(file);
  const auto token = command.create({.name = "anna", .owner = {}, .scope = "admin", .days = 0});
  const auto user = server.check(token.secret);
  ASSERT_TRUE(user);
  EXPECT_EQ(user->sees(), "");
  command.revoke("anna");
  EXPECT_FALSE(server.check(token.secret));
  EXPECT_THROW(command.revoke("anna"), Error);
}

TEST_F(TokenFile, RefusesWhatCannotBeTrusted) {
  Tokens tokens(file);
  EXPECT_THROW(tokens.create({.name = "", .owner = {}, .scope = "read", .days = 0}), Error);
  EXPECT_THROW(tokens.create({.name = "a\nb", .owner = {}, .scope = "read", .days = 0}), Error);
  EXPECT_THROW(tokens.create({.name = "a", .owner = {}, .scope = "root", .days = 0}), Error);
  const auto token = tokens.create({.name = "a", .owner = {}, .scope = "read", .days = 0});
  ::chmod(file.c_str(), 0644);
  Tokens others(file);
  EXPECT_THROW(others.check(token.secret), Error);
  ::chmod(file.c_str(), 0600);
  std::ofstream(file) << "{";
  EXPECT_THROW(Tokens(file).check(token.secret), Error);
}

TEST(Tokens, AreRandom) {
  EXPECT_NE(random_word(32), random_word(32));
  EXPECT_EQ(random_word(32).size(), 43u);
  EXPECT_EQ(sha256_digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Origins, KnowTheNamesOfThisServer) {
  const Origins origins({"Studio.example"}, {});
  for (const char* good : {"localhost", "localhost:1234", "127.0.0.1:1234", "192.168.1.5", "[::1]:1234", "studio.example:443"})
    EXPECT_TRUE(origins.knows_host(good)) << good;
  for (const char* bad : {"", "evil.example", "evil.example:1234", "localhost.evil.example", "127.0.0.1.evil.example",
                          "localhost:", "localhost:12x", "[::1", "studio.example.", "1"})
    EXPECT_FALSE(origins.knows_host(bad)) << bad;
}

Request call(const char* method, std::initializer_list<std::pair<const char*, const char*>> headers) {
  Request request;
  request.method = method;
  request.headers["host"] = "127.0.0.1:1234";
  for (const auto& [name, value] : headers) request.headers[name] = value;
  return request;
}

TEST(Origins, LetPagesOfOthersNotCall) {
  const Origins origins({}, {"https://gallery.example"});
  EXPECT_TRUE(origins.may_call(call("POST", {})));
  EXPECT_TRUE(origins.may_call(call("POST", {{"origin", "http://127.0.0.1:1234"}})));
  EXPECT_TRUE(origins.may_call(call("POST", {{"origin", "https://gallery.example"}})));
  for (const char* bad : {"http://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:1235",
                          "https://gallery.example.evil.example", "file://"})
    EXPECT_FALSE(origins.may_call(call("POST", {{"origin", bad}}))) << bad;
  EXPECT_FALSE(origins.may_call(call("GET", {{"sec-fetch-site", "cross-site"}, {"sec-fetch-mode", "no-cors"}})));
  EXPECT_TRUE(origins.may_call(
      call("GET", {{"sec-fetch-site", "cross-site"}, {"sec-fetch-mode", "navigate"}, {"sec-fetch-dest", "document"}})));
  EXPECT_EQ(origins.allowed_origin(call("GET", {{"origin", "https://gallery.example"}})), "https://gallery.example");
  EXPECT_EQ(origins.allowed_origin(call("GET", {{"origin", "http://127.0.0.1:1234"}})), "");
  EXPECT_THROW(Origins({}, {"*"}), Error);
  EXPECT_THROW(Origins({}, {"https://a/b"}), Error);
}

TEST(Addresses, OfThisMachine) {
  for (const char* own : {"127.0.0.1", "127.8.8.8", "::1", "localhost"}) EXPECT_TRUE(is_own_address(own)) << own;
  for (const char* other : {"0.0.0.0", "192.168.0.1", "::", "127.evil.example"}) EXPECT_FALSE(is_own_address(other)) << other;
}

TEST(Rate, IsABucket) {
  RateLimiter limiter(2, 3);
  const auto start = RateLimiter::Clock::now();
  for (int k = 0; k < 3; ++k) EXPECT_TRUE(limiter.take("a", start));
  EXPECT_FALSE(limiter.take("a", start));
  EXPECT_TRUE(limiter.take("b", start));
  EXPECT_FALSE(limiter.take("a", start + std::chrono::milliseconds(400)));
  EXPECT_TRUE(limiter.take("a", start + std::chrono::milliseconds(600)));
  EXPECT_FALSE(limiter.left("a", start + std::chrono::milliseconds(600)));
  RateLimiter unlimited(0, 0);
  EXPECT_TRUE(unlimited.take("a", start));
}

TEST(Cookies, AreFoundByTheirWholeName) {
  EXPECT_EQ(cookie_value("a=1; inkstone_session=ink_x; b=2", kSessionCookie), "ink_x");
  EXPECT_EQ(cookie_value("xinkstone_session=no", kSessionCookie), "");
  EXPECT_EQ(cookie_value("", kSessionCookie), "");
}

TEST(Times, AreRfc3339) {
  EXPECT_EQ(time_text(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(time_text(1767225599999), "2025-12-31T23:59:59.999Z");
}

TEST(Metrics, CountInBuckets) {
  Metrics metrics;
  metrics.count_request("GET", "/v1/jobs", 200, 0.003);
  metrics.count_request("GET", "/v1/jobs", 200, 100);
  JobsSummary jobs;
  jobs.jobs[JobState::queued] = 4;
  const auto text = metrics.text(jobs);
  for (const char* line :
       {"inkstone_http_requests_total{method=\"GET\",route=\"/v1/jobs\",status=\"200\"} 2",
        "inkstone_http_request_seconds_bucket{le=\"0.005\"} 1", "inkstone_http_request_seconds_bucket{le=\"60\"} 1",
        "inkstone_http_request_seconds_bucket{le=\"+Inf\"} 2", "inkstone_jobs{state=\"queued\"} 4"})
    EXPECT_NE(text.find(line), std::string::npos) << line;
}

}  // namespace
}  // namespace inkstone::server
