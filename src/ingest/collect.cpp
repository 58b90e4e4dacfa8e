#include "ingest/collect.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "core/text.hpp"
#include "image/decode.hpp"
#include "ingest/caption_table.hpp"
#include "ingest/collection.hpp"
#include "ingest/robots.hpp"
#include "ingest/steps.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct Address {
  std::string server;  // "https://example.org"
  std::string path;    // "/a.png?x=1"
};

Address address_of(const std::string& url) {
  const auto scheme = url.find("://");
  const auto slash = scheme == std::string::npos ? std::string::npos : url.find('/', scheme + 3);
  if (slash == std::string::npos) return {url, "/"};
  return {url.substr(0, slash), url.substr(slash, url.find('#', slash) - slash)};
}

bool is_web(const std::string& url) {
  return url.starts_with("https://") || url.starts_with("http://");
}

class Collector {
 public:
  Collector(fs::path folder, const CollectOptions& options, Observer& observer)
      : folder_(std::move(folder)), options_(options), observer_(observer) {}

  void take(const TableRow& row, std::size_t place);
  DatasetReport finish();

 private:
  std::string fetch(const std::string& url, const std::string& name);
  std::string found(const std::string& name) const;
  const Robots& robots_of(const std::string& server);
  void wait_for(const std::string& server);
  void note(const TableRow& row, const std::string& name);
  void check_stop() const {
    if (observer_.stop_requested())
      throw Error(ErrorCategory::cancelled,
                  fmt::format("stopped; {} pictures are in {}, run it again to go on", report_.pictures, folder_.string()));
  }

  fs::path folder_;
  const CollectOptions& options_;
  Observer& observer_;
  DatasetReport report_;
  std::string notes_;
  std::set<std::string> names_;
  std::map<std::string, Robots> robots_;
  std::map<std::string, Clock::time_point> last_asked_;
};

void Collector::wait_for(const std::string& server) {
  const auto last = last_asked_.find(server);
  while (last != last_asked_.end() && Clock::now() < last->second + options_.pause) {
    check_stop();
    std::this_thread::sleep_for(
        std::min<Clock::duration>(std::chrono::milliseconds(50), last->second + options_.pause - Clock::now()));
  }
  last_asked_[server] = Clock::now();
}

// A server without a robots.txt allows everything; one that cannot be asked is left to fail with the picture.
const Robots& Collector::robots_of(const std::string& server) {
  if (const auto known = robots_.find(server); known != robots_.end()) return known->second;
  const auto file = folder_ / ".robots.txt";
  Robots robots;
  try {
    wait_for(server);
    options_.download(server + "/robots.txt", file);
    robots = Robots(read_file(file, 1 << 20), "inkstone");
  } catch (const Error& error) {
    if (error.category() == ErrorCategory::cancelled) throw;
  }
  std::error_code ignored;
  fs::remove(file, ignored);
  return robots_[server] = std::move(robots);
}

// Returns the name it got: where the URL does not end like a picture, the format's ending is added.
std::string Collector::fetch(const std::string& url, const std::string& name) {
  const auto target = folder_ / name;
  const auto [server, path] = address_of(url);
  if (options_.robots && is_web(url) && !robots_of(server).allows(path))
    throw Error(ErrorCategory::bad_argument, fmt::format("the robots.txt of {} asks programs to leave it alone", server));
  if (is_web(url)) wait_for(server);
  options_.download(url, target);
  try {
    const auto info = probe_image(target);
    if (looks_like_picture(name)) return name;
    const auto ending = lower_ascii(std::string(format_name(info.format)));
    fs::rename(target, folder_ / (name + "." + ending));
    return name + "." + ending;
  } catch (const Error&) {
    fs::remove(target);
    throw;
  }
}

void Collector::note(const TableRow& row, const std::string& name) {
  nlohmann::ordered_json line;
  line["file_name"] = name;
  const auto put = [&](const char* key, const std::string& value) {
    if (!value.empty()) line[key] = value;
  };
  put("text", row.notes.caption);
  put("label", row.notes.label);
  put("author", row.notes.author);
  put("licence", row.notes.licence);
  put("source", row.notes.source);
  notes_ += line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  ++report_.licences[row.notes.licence.empty() ? "not stated" : row.notes.licence];
  ++report_.pictures;
}

// The name under which it is there from an earlier run, or empty.
std::string Collector::found(const std::string& name) const {
  for (const auto* ending : {"", ".png", ".jpeg", ".webp", ".tiff", ".avif", ".heic", ".ppm"})
    if (std::error_code ignored; fs::is_regular_file(folder_ / (name + ending), ignored)) return name + ending;
  return {};
}

void Collector::take(const TableRow& row, std::size_t place) {
  check_stop();
  auto name = collected_name(row.file, row.notes.source, place);
  if (!names_.insert(name).second) name = fmt::format("{:06}-{}", place, fs::path(name).filename().string());
  try {
    auto there = found(name);
    note(row, there.empty() ? fetch(row.notes.source, name) : there);
  } catch (const Error& error) {
    if (error.category() == ErrorCategory::cancelled) throw;
    report_.skipped.push_back({row.notes.source, error.what()});
  }
}

DatasetReport Collector::finish() {
  write_file_atomic(folder_ / "metadata.jsonl", as_bytes(notes_));
  report_.outputs = {folder_};
  return std::move(report_);
}

}  // namespace

std::string collected_name(const std::string& file, const std::string& url, std::size_t place) {
  const auto safe = [](const fs::path& path) {
    return !path.empty() && path.is_relative() && path.has_filename() &&
           std::none_of(path.begin(), path.end(), [](const auto& part) { return part.string().starts_with('.'); });
  };
  if (safe(file)) return file;
  auto name = url.substr(0, url.find_first_of("?#"));
  name = name.substr(name.rfind('/') + 1);
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && std::string_view("-_.").find(c) == std::string_view::npos) c = '_';
  if (name.size() > 100) name = name.substr(name.size() - 100);
  return name.empty() || name.starts_with('.') ? fmt::format("{:06}", place) : name;
}

DatasetReport collect_pictures(const fs::path& list, const fs::path& folder, const CollectOptions& options, Observer& observer) {
  const auto rows = parse_table(read_file(list, std::uint64_t(1) << 30), list.extension().string(), list.string(), true);
  if (rows.empty()) throw Error(ErrorCategory::bad_argument, fmt::format("{} names no URL", list.string()));
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw Error(ErrorCategory::io, fmt::format("cannot make the folder {}: {}", folder.string(), error.message()));
  Collector collector(folder, options, observer);
  Steps steps(observer, "collect", static_cast<int64_t>(rows.size()));
  try {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      collector.take(rows[i], i + 1);
      steps.done(static_cast<int64_t>(i) + 1);
    }
  } catch (...) {
    collector.finish();  // authors and licences of what has come
    throw;
  }
  return collector.finish();
}

}  // namespace inkstone
