#include "catalogue/download.hpp"

#include <exception>
#include <memory>
#include <mutex>
#include <optional>

#include <curl/curl.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

// One request and what its callbacks need. libcurl is C: an exception waits in `thrown` until it has returned.
struct Request {
  PartFile& part;
  Transfer& transfer;
  CURL* curl;
  bool started = false;
  std::exception_ptr thrown = nullptr;
};

struct Outcome {
  CURLcode code;
  long status;  // 0 for file://
  std::string message;
};

// A wrong file is refused before a gigabyte of it has come.
void check_announced_size(const Request& request) {
  curl_off_t announced = -1;
  curl_easy_getinfo(request.curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
  const auto expected = request.part.expected().size;
  if (announced < 0 || !request.part.expected().exact || request.part.size() + static_cast<std::uint64_t>(announced) == expected)
    return;
  throw Error(ErrorCategory::corrupt_file, fmt::format("the source of {} has {} bytes, {} expected; it may have been replaced",
                                                       request.part.path().stem().string(),
                                                       request.part.size() + static_cast<std::uint64_t>(announced), expected));
}

// 200 in answer to a range means that the server sends the whole file again.
void on_first_bytes(Request& request) {
  long status = 0;
  curl_easy_getinfo(request.curl, CURLINFO_RESPONSE_CODE, &status);
  if (status == 200 && request.part.size() > 0) request.part.start_over();
  check_announced_size(request);
  request.started = true;
}

std::size_t on_bytes(char* data, std::size_t, std::size_t size, void* user) {
  auto& request = *static_cast<Request*>(user);
  try {
    if (!request.started) on_first_bytes(request);
    request.part.append(as_bytes({data, size}));
    return size;
  } catch (...) {
    request.thrown = std::current_exception();
    return size + 1;  // anything but size aborts
  }
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& request = *static_cast<Request*>(user);
  try {
    request.transfer.at(request.part.size());
    return request.transfer.stop_requested() ? 1 : 0;
  } catch (...) {
    request.thrown = std::current_exception();
    return 1;
  }
}

Curl new_curl() {
  static std::once_flag once;  // libcurl's own start-up is not safe from several threads
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  Curl curl(curl_easy_init(), &curl_easy_cleanup);
  if (!curl) throw Error(ErrorCategory::io, "libcurl cannot start");
  return curl;
}

void set_transport(CURL* curl, const std::string& url, const DownloadOptions& options) {
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https,file");
  // never from the network into the file system, never from https down to http
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, url.starts_with("https:") ? "https" : "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 8L);
  curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "inkstone");
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, long(options.connect_timeout.count()));
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, long(options.stall_timeout.count()));
}

void set_callbacks(Request& request) {
  curl_easy_setopt(request.curl, CURLOPT_WRITEFUNCTION, &on_bytes);
  curl_easy_setopt(request.curl, CURLOPT_WRITEDATA, &request);
  curl_easy_setopt(request.curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(request.curl, CURLOPT_XFERINFOFUNCTION, &on_progress);
  curl_easy_setopt(request.curl, CURLOPT_XFERINFODATA, &request);
}

Outcome attempt(const std::string& url, PartFile& part, Transfer& transfer, const DownloadOptions& options) {
  const Curl curl = new_curl();
  Request request{part, transfer, curl.get()};
  char text[CURL_ERROR_SIZE] = {};
  set_transport(curl.get(), url, options);
  set_callbacks(request);
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, text);
  const auto range = fmt::format("{}-", part.size());
  if (part.size() > 0) curl_easy_setopt(curl.get(), CURLOPT_RANGE, range.c_str());
  Outcome outcome{curl_easy_perform(curl.get()), 0, {}};
  if (request.thrown) std::rethrow_exception(request.thrown);
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &outcome.status);
  outcome.message = text[0] != 0 ? text : curl_easy_strerror(outcome.code);
  return outcome;
}

bool never_reached(CURLcode code) {
  return code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_COULDNT_CONNECT;
}

bool is_missing(const Outcome& outcome) {
  return outcome.status == 404 || outcome.status == 410 || outcome.code == CURLE_FILE_COULDNT_READ_FILE;
}

// Worth another try: the line broke or the server is busy. A refusal stays one.
bool is_passing(const Outcome& outcome) {
  switch (outcome.code) {
    case CURLE_HTTP_RETURNED_ERROR:
      return outcome.status >= 500 || outcome.status == 429 || outcome.status == 408 || outcome.status == 416;
    case CURLE_COULDNT_CONNECT:
    case CURLE_PARTIAL_FILE:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_OK:
      return true;  // ended early without saying so
    default:
      return false;
  }
}

[[noreturn]] void give_up(const std::string& url, const PartFile& part, const Outcome& outcome) {
  const auto mirror = "set INKSTONE_MIRROR to a folder or URL that has the models";
  if (is_missing(outcome)) throw Error(ErrorCategory::not_found, fmt::format("there is no {} any more; {}", url, mirror));
  if (never_reached(outcome.code))
    throw Error(ErrorCategory::io, fmt::format("no network: cannot reach {} ({}); connect, or {}", url, outcome.message, mirror));
  const auto kept = part.size() > 0 ? fmt::format("; {} bytes are kept, run it again to go on", part.size()) : std::string();
  throw Error(ErrorCategory::io, fmt::format("cannot download {} ({}){}, or {}", url, outcome.message, kept, mirror));
}

[[noreturn]] void stopped(const PartFile& part) {
  throw Error(ErrorCategory::cancelled, fmt::format("stopped; {} of {} bytes are kept in {}, run it again to go on", part.size(),
                                                    part.expected().size, part.path().string()));
}

// Fills the part to its expected size or throws.
void fill(const std::string& url, PartFile& part, Transfer& transfer, const DownloadOptions& options) {
  auto pause = options.first_pause;
  for (int failures = 0; part.size() < part.expected().size;) {
    const auto before = part.size();
    const auto outcome = attempt(url, part, transfer, options);
    if (outcome.code == CURLE_ABORTED_BY_CALLBACK) stopped(part);
    if (part.size() == part.expected().size || (outcome.code == CURLE_OK && !part.expected().exact)) return;
    if (outcome.status == 416) part.start_over();
    // a server that says it is done, twice, has a shorter file
    if (outcome.code == CURLE_OK && (failures > 0 || options.attempts <= 1)) return;
    const bool gained = part.size() > before;
    failures = gained && outcome.code != CURLE_OK ? 1 : failures + 1;
    if (gained) pause = options.first_pause;
    if (!is_passing(outcome) || failures >= options.attempts) give_up(url, part, outcome);
    if (!wait_unless_stopped(transfer, pause)) stopped(part);
    pause *= 2;
  }
}

}  // namespace

void download(const std::string& url, const std::filesystem::path& target, const Expected& expected, Transfer& transfer,
              const DownloadOptions& options) {
  // what an earlier run left may be of another version: if it leads to a wrong digest, once more from the start
  for (bool again = true; again;) {
    PartFile part(target, expected);
    again = part.size() > 0;
    fill(url, part, transfer, options);
    const auto got = part.size();
    if (part.finish()) return;
    if (!again)
      throw Error(ErrorCategory::corrupt_file,
                  fmt::format("{} is not the file that the catalogue names ({} bytes, {} expected{}); it was deleted", url, got,
                              expected.size, got == expected.size ? ", wrong sha256" : ""));
  }
}

}  // namespace inkstone
