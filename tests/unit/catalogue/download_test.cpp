#include "catalogue/download.hpp"

#include <sys/resource.h>

#include <csignal>

#include <gtest/gtest.h>

#include "catalogue/sha256.hpp"
#include "unit/catalogue/fake_server.hpp"
#include "unit/catalogue/scratch.hpp"

namespace inkstone {
namespace {

using test::FakeRequest;
using test::FakeServer;

const DownloadOptions kQuick{.attempts = 3, .first_pause = std::chrono::milliseconds(1)};

std::string make_body(std::size_t size) {
  std::string body(size, '\0');
  for (std::size_t i = 0; i < size; ++i) body[i] = char(i * 31 + i / 251);
  return body;
}

class Download : public ::testing::Test {
 protected:
  const std::string body = make_body(300'000);
  const test::Scratch scratch;
  const std::filesystem::path target = scratch / "sub/model.bin";
  const std::filesystem::path part = scratch / "sub/model.bin.part";
  test::Recorder observer;

  Expected expected() const { return {body.size(), sha256_hex(as_bytes(body))}; }

  std::optional<test::Caught> get(const std::string& url, const Expected& wanted) {
    Transfer transfer(observer, "download test", wanted.size, 0);
    return test::caught([&] { download(url, target, wanted, transfer, kQuick); });
  }
  std::optional<test::Caught> get(const FakeServer& server) { return get(server.url("/model.bin"), expected()); }

  void leave_part(std::size_t size) {
    std::filesystem::create_directories(part.parent_path());
    write_file_atomic(part, as_bytes(std::string_view(body).substr(0, size)));
  }
  void expect_whole() {
    EXPECT_EQ(read_file(target), body);
    EXPECT_FALSE(std::filesystem::exists(part));
  }
};

TEST_F(Download, WholeFile) {
  const FakeServer server([&](const FakeRequest&) { return test::ok(body); });
  EXPECT_FALSE(get(server));
  expect_whole();
}

TEST_F(Download, DigestPrefixIsEnough) {
  const FakeServer server([&](const FakeRequest&) { return test::ok(body); });
  EXPECT_FALSE(get(server.url("/m"), {body.size(), expected().digest.substr(0, 8)}));
  expect_whole();
}

TEST_F(Download, GoesOnAfterACutConnection) {
  const FakeServer server([&](const FakeRequest& request) {
    if (request.range_start < 0) return test::ok(body).substr(0, 100'000);
    return test::partial(body, request.range_start);
  });
  EXPECT_FALSE(get(server));
  expect_whole();
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_GT(requests[1].range_start, 90'000);
}

TEST_F(Download, GoesOnFromAnEarlierRun) {
  leave_part(120'000);
  const FakeServer server([&](const FakeRequest& request) { return test::partial(body, request.range_start); });
  EXPECT_FALSE(get(server));
  expect_whole();
  EXPECT_EQ(server.requests().at(0).range_start, 120'000);
}

TEST_F(Download, CompletePartNeedsNoRequest) {
  leave_part(body.size());
  const FakeServer server([&](const FakeRequest&) { return test::status(500); });
  EXPECT_FALSE(get(server));
  expect_whole();
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(Download, ServerThatIgnoresRanges) {
  leave_part(120'000);
  const FakeServer server([&](const FakeRequest&) { return test::ok(body); });
  EXPECT_FALSE(get(server));
  expect_whole();
}

TEST_F(Download, StalePartIsThrownAway) {
  std::filesystem::create_directories(part.parent_path());
  write_file_atomic(part, as_bytes(std::string(5000, 'z')));
  const FakeServer server([&](const FakeRequest& request) {
    return request.range_start > 0 ? test::partial(body, request.range_start) : test::ok(body);
  });
  EXPECT_FALSE(get(server));
  expect_whole();
}

TEST_F(Download, WrongDigestIsDeleted) {
  const FakeServer server([&](const FakeRequest&) { return test::ok(body); });
  const auto error = get(server.url("/m"), {body.size(), std::string(64, '0')});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->category, ErrorCategory::corrupt_file);
  EXPECT_TRUE(test::has(error->message, "wrong sha256")) << error->message;
  EXPECT_FALSE(std::filesystem::exists(target));
  EXPECT_FALSE(std::filesystem::exists(part));
}

TEST_F(Download, WrongSizeIsSeenBeforeTheBody) {
  for (const std::size_t size : {body.size() - 1, body.size() + 1}) {
    const FakeServer server([&](const FakeRequest&) { return test::ok(body); });
    const auto error = get(server.url("/m"), {size, expected().digest});
    ASSERT_TRUE(error);
    EXPECT_EQ(error->category, ErrorCategory::corrupt_file);
    EXPECT_TRUE(test::has(error->message, std::to_string(size) + " expected")) << error->message;
    EXPECT_FALSE(std::filesystem::exists(target));
    EXPECT_FALSE(std::filesystem::exists(part));
  }
}

TEST_F(Download, LongerThanAnnouncedIsRefused) {
  const FakeServer server([&](const FakeRequest&) { return "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body + "more"; });
  const auto error = get(server);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->category, ErrorCategory::corrupt_file);
  EXPECT_FALSE(std::filesystem::exists(target));
}

TEST_F(Download, NotFoundIsNotTriedAgain) {
  const FakeServer server([&](const FakeRequest&) { return test::status(404); });
  const auto error = get(server);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->category, ErrorCategory::not_found);
  EXPECT_EQ(server.requests().size(), 1u);
  EXPECT_FALSE(std::filesystem::exists(part));
}

TEST_F(Download, BusyServerIsTriedAgain) {
  int calls = 0;
  const FakeServer server([&](const FakeRequest&) { return ++calls < 3 ? test::status(503) : test::ok(body); });
  EXPECT_FALSE(get(server));
  expect_whole();
}

TEST_F(Download, GivesUpInTheEnd) {
  const FakeServer server([&](const FakeRequest&) { return test::status(503); });
  const auto error = get(server);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->category, ErrorCategory::io);
  EXPECT_EQ(server.requests().size(), 3u);
}

TEST_F(Download, NoNetworkNamesTheMirror) {
  std::string url;
  {
    url = FakeServer([](const FakeRequest&) { return std::string(); }).url("/m");
  }  // nobody listens there any more
  const auto error = get(url, expected());
  ASSERT_TRUE(error);
  EXPECT_EQ(error->category, ErrorCategory::io);
  EXPECT_TRUE(test::has(error->message, "no network")) << error->message;
  EXPECT_TRUE(test::has(error->message, "INKSTONE_MIRROR")) << error->message;
}

TEST_F(Download, StopKeepsThePart) {
  const FakeServer server([&](const FakeRequest&) {
    observer.stop = true;
    return test::ok(body).substr(0, 200'000);
  });
  const auto error = get(server);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->category, ErrorCategory::cancelled);
  EXPECT_FALSE(std::filesystem::exists(target));
  observer.stop = false;
  const FakeServer second([&](const FakeRequest& request) {
    return request.range_start > 0 ? test::partial(body, request.range_start) : test::ok(body);
  });
  EXPECT_FALSE(get(second));
  expect_whole();
}

// A file size limit gives the same failed write that a full disk gives, without needing one.
TEST_F(Download, FullDiskIsAnIoError) {
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{64'000, before.rlim_max};
  const FakeServer server([&](const FakeRequest&) { return test::ok(body); });
  setrlimit(RLIMIT_FSIZE, &small);
  const auto error = get(server);
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->category, ErrorCategory::io);
  EXPECT_TRUE(test::has(error->message, "cannot write")) << error->message;
  EXPECT_EQ(std::filesystem::file_size(part), 64'000u);
}

TEST_F(Download, TwoAtOnceDoNotMix) {
  const PartFile other(target, expected());
  const auto error = get("file:///nowhere", expected());
  ASSERT_TRUE(error);
  EXPECT_TRUE(test::has(error->message, "another program")) << error->message;
}

TEST_F(Download, FileUrl) {
  write_file_atomic(scratch / "a b", as_bytes(body));
  EXPECT_FALSE(get("file://" + (scratch / "a%20b").string(), expected()));
  expect_whole();
  const auto error = get("file://" + (scratch / "none").string(), expected());
  ASSERT_TRUE(error);
  EXPECT_EQ(error->category, ErrorCategory::not_found);
}

}  // namespace
}  // namespace inkstone
