#include "studio/dataset_task.hpp"

#include <algorithm>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "catalogue/download.hpp"
#include "catalogue/sha256.hpp"
#include "core/options.hpp"
#include "data/open.hpp"
#include "data/packed.hpp"
#include "data/place.hpp"
#include "ingest/collect.hpp"
#include "ingest/collection.hpp"
#include "ingest/import.hpp"
#include "ingest/report_page.hpp"
#include "ingest/steps.hpp"
#include "ingest/survey.hpp"
#include "inkstone/error.hpp"
#include "studio/open_data.hpp"
#include "studio/translate.hpp"

namespace inkstone {
namespace studio {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kThumbnails = 240;

int threads() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void need(const std::string& value, const char* what) {
  if (value.empty()) throw Error(ErrorCategory::bad_argument, what);
}

void check_page(const std::string& page) {
  if (!page.empty() && !page.ends_with(".html"))
    throw Error(ErrorCategory::bad_argument, fmt::format("the report is a page; name it something.html, not {}", page));
}

void write_page(const std::string& page, DatasetReport& report) {
  if (page.empty()) return;
  write_file_atomic(page, as_bytes(report_page(report)));
  report.outputs.push_back(page);
}

Preparation preparation_of(const DatasetImportRequest& request) {
  if ((request.width == 0) != (request.height == 0))
    throw Error(ErrorCategory::bad_argument, "--width and --height go together; --shorter-side keeps the shape");
  if (request.width > 0 && request.shorter_side > 0)
    throw Error(ErrorCategory::bad_argument,
                "--shorter-side keeps the shape and --width with --height sets it; take one of them");
  Preparation wish;
  wish.size = {request.width, request.height};
  wish.shorter_side = request.shorter_side;
  wish.crop = request.crop;
  wish.seed = static_cast<std::uint64_t>(request.seed);
  wish.smooth_edges = request.smooth_edges;
  return wish;
}

ImportOptions options_of(const DatasetImportRequest& request) {
  if (request.channels == 2) throw Error(ErrorCategory::bad_argument, "--channels is 3 for colour or 1 for grey");
  ImportOptions options;
  options.collection = {request.captions, request.labels == "folders"};
  options.split = request.split;
  options.preparation = preparation_of(request);
  options.channels = request.channels;
  if (!request.opt_out.empty()) options.opt_out = OptOutList::read(request.opt_out);
  options.licences = request.licences;
  options.duplicates = request.duplicates;
  options.require_captions = request.require_captions;
  options.thumbnails = request.report.empty() ? 0 : kThumbnails;
  options.threads = threads();
  options.sha256 = [](Bytes file) { return sha256_hex(file); };
  return options;
}

// Pictures that are files are looked at as files: format, licence, duplicates.
bool is_collection(const std::string& source) {
  const auto& ready = ready_datasets();
  return std::find(ready.begin(), ready.end(), source) == ready.end() && !is_engine_dataset(source) && is_there(source);
}

void fetch(const std::string& url, const fs::path& target, std::uint64_t most, Observer& observer) {
  Transfer transfer(observer, "download " + target.filename().string(), most, 0);
  DownloadOptions options;
  options.attempts = 3;
  download(url, target, {.size = most, .digest = {}, .exact = false}, transfer, options);
}

// Hears of the pictures, not of the bytes of each.
class Muted : public Observer {
 public:
  explicit Muted(Observer& observer) : observer_(observer) {}
  bool stop_requested() override { return observer_.stop_requested(); }

 private:
  Observer& observer_;
};

}  // namespace

DatasetReport run_import(const DatasetImportRequest& request, Observer& observer) {
  need(request.source, "no pictures; name a folder or a zip: inkstone dataset import FOLDER -o NAME.safetensors");
  check_page(request.report);
  auto report = import_pictures(request.source, request.output, options_of(request), observer);
  write_page(request.report, report);
  return report;
}

DatasetReport run_smooth(const DatasetSmoothRequest& request, Observer& observer) {
  need(request.source, "no drawings; name a folder or a zip: inkstone dataset smooth FOLDER -o SMOOTHED");
  need(request.output, "no output; name the folder to make: inkstone dataset smooth FOLDER -o SMOOTHED");
  const auto fail = [](const char* what) { throw Error(ErrorCategory::bad_argument, what); };
  if (request.blur % 2 == 0) fail("--blur is an odd number of taps, so that the Gaussian has a middle");
  if (request.low > request.high) fail("--low is above --high");
  if (request.output.ends_with(".safetensors"))
    fail("smoothed drawings go into a folder; name one rather than a .safetensors file");
  ImportOptions options;
  options.preparation.shorter_side = request.shorter_side;
  options.preparation.smooth_edges = true;
  options.preparation.edges = {float(request.low), float(request.high), request.dilation, request.blur};
  options.threads = threads();
  return import_pictures(request.source, request.output.ends_with('/') ? request.output : request.output + "/", options,
                         observer);
}

DatasetReport run_inspect(const DatasetInspectRequest& request, Observer& observer) {
  need(request.source, "no data; name a folder, a zip or a data set: inkstone dataset inspect FOLDER");
  check_page(request.report);
  const auto thumbnails = request.report.empty() ? 0 : kThumbnails;
  DatasetReport report;
  if (is_collection(request.source)) {
    const auto collection = open_collection(request.source, {request.captions, true}, request.split);
    report = survey_collection(*collection, request.source, request.duplicates, thumbnails, threads(), observer);
  } else {
    const auto dataset = open_data(request.source, request.split, observer);
    report = survey_dataset(*dataset, fmt::format("{} ({})", request.source, request.split), -1, thumbnails, observer);
  }
  write_page(request.report, report);
  return report;
}

DatasetReport run_pack(const DatasetPackRequest& request, Observer& observer) {
  need(request.source, "no data; name a data set: inkstone dataset pack mnist -o mnist.safetensors");
  need(request.output, "no output; name one with -o: NAME.safetensors, or a new folder");
  if (is_there(request.output) && !fs::is_directory(request.output))
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} is there already; name another output, or delete it first", request.output));
  const auto dataset = open_data(request.source, request.split, observer);
  PackOptions options;
  options.shard_bytes = request.shard_megabytes << 20;
  options.classes = dataset->classes();
  options.metadata["source"] = fs::path(request.source).filename().string();
  PackWriter writer(request.output, options);
  Steps steps(observer, "pack", dataset->size());
  for (int64_t i = 0; i < dataset->size(); ++i) {
    if (observer.stop_requested())
      throw Error(ErrorCategory::cancelled, fmt::format("stopped after {} of {} pictures", i, dataset->size()));
    writer.add(dataset->get(i));
    steps.done(i + 1);
  }
  auto packed = writer.finish();
  DatasetReport report;
  report.title = request.source;
  report.pictures = packed.pictures;
  report.outputs = std::move(packed.shards);
  return report;
}

DatasetReport run_dedupe(const DatasetDedupeRequest& request, Observer& observer) {
  need(request.source, "no pictures; name a folder or a zip: inkstone dataset dedupe FOLDER");
  const auto collection = open_collection(request.source);
  auto report = survey_collection(*collection, request.source, request.distance, 0, threads(), observer);
  if (request.output.empty()) return report;
  std::string list = fmt::format("# near-duplicates in {} (within {} of 64 bits); for: inkstone dataset import --opt-out\n",
                                 request.source, request.distance);
  for (const auto& pair : report.duplicates)
    list += fmt::format("{}  # like {}, {} bits apart\n", pair.name, pair.of, pair.distance);
  write_file_atomic(request.output, as_bytes(list));
  report.outputs.push_back(request.output);
  return report;
}

DatasetReport run_collect(const DatasetCollectRequest& request, Observer& observer) {
  need(request.list, "no list; name a file of URLs: inkstone dataset collect LIST -o FOLDER");
  need(request.output, "no output; name a folder with -o");
  Muted muted(observer);
  CollectOptions options;
  options.pause = std::chrono::milliseconds(static_cast<std::int64_t>(request.pause * 1000));
  options.robots = !request.ignore_robots;
  options.download = [&](const std::string& url, const fs::path& target) {
    fetch(url, target, static_cast<std::uint64_t>(request.most_megabytes) << 20, muted);
  };
  return collect_pictures(request.list, request.output, options, observer);
}

}  // namespace studio

namespace {

template <class Request>
DatasetReport checked(const Request& request, Observer& observer, DatasetReport (*run)(const Request&, Observer&)) {
  return studio::translated([&] {
    check_request(request);
    return run(request, observer);
  });
}

}  // namespace

DatasetReport import_dataset(const DatasetImportRequest& request, Observer& observer) {
  return checked(request, observer, &studio::run_import);
}
DatasetReport smooth_dataset(const DatasetSmoothRequest& request, Observer& observer) {
  return checked(request, observer, &studio::run_smooth);
}
DatasetReport inspect_dataset(const DatasetInspectRequest& request, Observer& observer) {
  return checked(request, observer, &studio::run_inspect);
}
DatasetReport pack_dataset(const DatasetPackRequest& request, Observer& observer) {
  return checked(request, observer, &studio::run_pack);
}
DatasetReport dedupe_dataset(const DatasetDedupeRequest& request, Observer& observer) {
  return checked(request, observer, &studio::run_dedupe);
}
DatasetReport collect_dataset(const DatasetCollectRequest& request, Observer& observer) {
  return checked(request, observer, &studio::run_collect);
}

}  // namespace inkstone
