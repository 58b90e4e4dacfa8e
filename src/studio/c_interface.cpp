// include/inkstone/inkstone.h over the C++ facade. No exception leaves a function here.
#include <cstdlib>
#include <cstring>
#include <new>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "core/nearest.hpp"
#include "core/options.hpp"
#include "inkstone/inkstone.h"
#include "inkstone/jobs.hpp"
#include "inkstone/studio.hpp"
#include "inkstone/tasks.hpp"
#include "studio/output.hpp"

struct inkstone_studio {
  explicit inkstone_studio(int threads) : studio(threads) {}
  inkstone::Studio studio;
};

struct inkstone_result {
  std::vector<inkstone::Painting> paintings;
};

struct inkstone_jobs {
  explicit inkstone_jobs(inkstone::JobsSettings settings) : jobs(std::move(settings)) {}
  inkstone::Jobs jobs;
};

namespace inkstone {
namespace {

using nlohmann::json;

inkstone_status status_for(ErrorCategory category) {
  switch (category) {
    case ErrorCategory::bad_argument:
      return INKSTONE_BAD_ARGUMENT;
    case ErrorCategory::not_found:
      return INKSTONE_NOT_FOUND;
    case ErrorCategory::corrupt_file:
      return INKSTONE_CORRUPT_FILE;
    case ErrorCategory::unsupported:
      return INKSTONE_UNSUPPORTED;
    case ErrorCategory::out_of_memory:
      return INKSTONE_OUT_OF_MEMORY;
    case ErrorCategory::no_device:
      return INKSTONE_NO_DEVICE;
    case ErrorCategory::io:
      return INKSTONE_IO;
    case ErrorCategory::cancelled:
      return INKSTONE_CANCELLED;
  }
  return INKSTONE_FAILED;
}

// malloc, so that other languages may give it back by inkstone_free alone.
char* copy_of(std::string_view bytes) {
  auto* copy = static_cast<char*>(std::malloc(bytes.size() + 1));
  if (copy == nullptr) throw std::bad_alloc();
  std::memcpy(copy, bytes.data(), bytes.size());
  copy[bytes.size()] = 0;
  return copy;
}

inkstone_status told(char** error, inkstone_status status, const char* what) {
  if (error != nullptr) try {
      *error = copy_of(what);
    } catch (const std::bad_alloc&) {
    }
  return status;
}

template <class Task>
inkstone_status guarded(char** error, Task&& task) {
  if (error != nullptr) *error = nullptr;
  try {
    task();
    return INKSTONE_OK;
  } catch (const Error& failure) {
    return told(error, status_for(failure.category()), failure.what());
  } catch (const std::bad_alloc&) {
    return told(error, INKSTONE_OUT_OF_MEMORY, "out of memory");
  } catch (const std::exception& failure) {
    return told(error, INKSTONE_FAILED, failure.what());
  } catch (...) {
    return told(error, INKSTONE_FAILED, "unknown failure");
  }
}

template <class T>
T& given(T* pointer, const char* what) {
  if (pointer == nullptr) throw Error(ErrorCategory::bad_argument, fmt::format("{} is NULL", what));
  return *pointer;
}

std::string text_of(const char* text, const char* what) {
  return &given(text, what);
}

json parsed(const std::string& request) {
  auto values = json::parse(request, nullptr, false);
  if (values.is_discarded()) throw Error(ErrorCategory::bad_argument, "the request is no JSON in UTF-8");
  return values;
}

class CallingObserver : public Observer {
 public:
  CallingObserver(inkstone_progress call, void* context) : call_(call), context_(context) {}
  void on_progress(const Progress& progress) override {
    if (call_ != nullptr &&
        call_(context_, std::string(progress.stage).c_str(), progress.step, progress.total, progress.seconds_left) != 0)
      stop_ = true;
  }
  bool stop_requested() override { return stop_; }

 private:
  inkstone_progress call_;
  void* context_;
  bool stop_ = false;
};

using Paint = std::vector<Painting> (*)(Studio& studio, const json& request, Observer& observer);

template <class Request, Painting (Studio::*task)(const Request&, Observer&)>
std::vector<Painting> one(Studio& studio, const json& request, Observer& observer) {
  return {(studio.*task)(from_json<Request>(request), observer)};
}

template <class Request, std::vector<Painting> (Studio::*task)(const Request&, Observer&)>
std::vector<Painting> many(Studio& studio, const json& request, Observer& observer) {
  return (studio.*task)(from_json<Request>(request), observer);
}

std::vector<Painting> stylized(Studio& studio, const json& request, Observer& observer) {
  std::set<std::string> names;
  for (const auto& [name, value] : request.items()) names.insert(name);
  return {studio.stylize(from_json<StylizeRequest>(request), observer, names)};
}

Paint painter_of(const std::string& task) {
  static const std::vector<std::pair<std::string, Paint>> painters = {
      {"paint", many<PaintRequest, &Studio::paint>},      {"stylize", stylized},
      {"upscale", one<UpscaleRequest, &Studio::upscale>}, {"restore", one<RestoreRequest, &Studio::restore>},
      {"dream", many<DreamRequest, &Studio::dream>},      {"post", one<PostRequest, &Studio::post>},
      {"explain", one<ExplainRequest, &Studio::explain>}, {"project", one<ProjectRequest, &Studio::project>}};
  std::vector<std::string> names;
  for (const auto& [name, painter] : painters) {
    if (name == task) return painter;
    names.push_back(name);
  }
  throw Error(ErrorCategory::not_found, fmt::format("no task '{}' gives pictures at once{}", task, did_you_mean(task, names)));
}

void give(const std::string& from, unsigned char** bytes, std::size_t* size) {
  given(size, "size") = from.size();
  given(bytes, "bytes") = reinterpret_cast<unsigned char*>(copy_of(from));
}

json described(const JobStatus& job) {
  auto pictures = json::array();
  for (const auto& picture : job.pictures)
    pictures.push_back({{"id", picture.id},
                        {"name", picture.name},
                        {"media_type", picture.media_type},
                        {"width", picture.width},
                        {"height", picture.height},
                        {"bytes", picture.bytes}});
  return {{"id", job.id},
          {"task", job.task},
          {"state", state_name(job.state)},
          {"stopping", job.stopping},
          {"stage", job.stage},
          {"step", job.step},
          {"total", job.total},
          {"seconds_left", job.seconds_left},
          {"error", job.error},
          {"error_category", job.error_category},
          {"report", job.report},
          {"pictures", std::move(pictures)}};
}

std::string dumped(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace
}  // namespace inkstone

using namespace inkstone;

extern "C" {

const char* inkstone_version(void) {
  return version().data();
}

void inkstone_free(void* text_or_bytes) {
  std::free(text_or_bytes);
}

inkstone_status inkstone_tasks(char** json_text, char** error) {
  return guarded(error, [&] {
    auto all = json::array();
    for (const auto& task : tasks())
      all.push_back(
          {{"name", task.name}, {"summary", task.summary}, {"gives", task.gives}, {"schema", json::parse(task.schema)}});
    given(json_text, "json") = copy_of(dumped(all));
  });
}

inkstone_status inkstone_studio_open(int threads, inkstone_studio** studio, char** error) {
  return guarded(error, [&] { given(studio, "studio") = std::make_unique<inkstone_studio>(threads).release(); });
}

void inkstone_studio_close(inkstone_studio* studio) {
  const std::unique_ptr<inkstone_studio> closed(studio);
}

inkstone_status inkstone_paint(inkstone_studio* studio, const char* task, const char* request_json, inkstone_progress progress,
                               void* context, inkstone_result** result, char** error) {
  return guarded(error, [&] {
    CallingObserver observer(progress, context);
    auto painted = std::make_unique<inkstone_result>();
    painted->paintings = painter_of(text_of(task, "task"))(given(studio, "studio").studio,
                                                           parsed(text_of(request_json, "request_json")), observer);
    given(result, "result") = painted.release();
  });
}

size_t inkstone_result_count(const inkstone_result* result) {
  return result == nullptr ? 0 : result->paintings.size();
}

int inkstone_result_stopped(const inkstone_result* result) {
  return result != nullptr && !result->paintings.empty() && result->paintings.back().stopped;
}

inkstone_status inkstone_result_png(const inkstone_result* result, size_t k, unsigned char** bytes, size_t* size, int* width,
                                    int* height, char** error) {
  return guarded(error, [&] {
    const auto& paintings = given(result, "result").paintings;
    if (k >= paintings.size())
      throw Error(ErrorCategory::bad_argument, fmt::format("there is no picture {} of {}", k, paintings.size()));
    if (width != nullptr) *width = paintings[k].picture.width;
    if (height != nullptr) *height = paintings[k].picture.height;
    give(studio::png_of(paintings[k]), bytes, size);
  });
}

void inkstone_result_free(inkstone_result* result) {
  const std::unique_ptr<inkstone_result> freed(result);
}

inkstone_status inkstone_jobs_open(const char* folder, const char* database, int threads, int work, inkstone_jobs** jobs,
                                   char** error) {
  return guarded(error, [&] {
    JobsSettings settings;
    settings.folder = text_of(folder, "folder");
    if (database != nullptr) settings.database = database;
    settings.threads = threads;
    settings.work = work != 0;
    given(jobs, "jobs") = std::make_unique<inkstone_jobs>(std::move(settings)).release();
  });
}

void inkstone_jobs_close(inkstone_jobs* jobs) {
  const std::unique_ptr<inkstone_jobs> closed(jobs);
}

inkstone_status inkstone_jobs_add_picture(inkstone_jobs* jobs, const unsigned char* bytes, size_t size, const char* name,
                                          char** id, char** error) {
  return guarded(error, [&] {
    const std::string_view file(reinterpret_cast<const char*>(&given(bytes, "bytes")), size);
    given(id, "id") = copy_of(given(jobs, "jobs").jobs.add_picture(file, name == nullptr ? "" : name).id);
  });
}

inkstone_status inkstone_jobs_submit(inkstone_jobs* jobs, const char* task, const char* request_json, char** id, char** error) {
  return guarded(error, [&] {
    JobOrder order;
    order.task = text_of(task, "task");
    order.request = text_of(request_json, "request_json");
    given(id, "id") = copy_of(given(jobs, "jobs").jobs.submit(order));
  });
}

inkstone_status inkstone_jobs_wait(inkstone_jobs* jobs, const char* id, int64_t milliseconds, char** job_json, char** error) {
  return guarded(error, [&] {
    given(job_json, "job_json") = copy_of(dumped(described(given(jobs, "jobs").jobs.wait(text_of(id, "id"), milliseconds))));
  });
}

inkstone_status inkstone_jobs_cancel(inkstone_jobs* jobs, const char* id, char** error) {
  return guarded(error, [&] { given(jobs, "jobs").jobs.cancel(text_of(id, "id")); });
}

inkstone_status inkstone_jobs_picture(inkstone_jobs* jobs, const char* id, unsigned char** bytes, size_t* size, char** error) {
  return guarded(error, [&] { give(read_file(given(jobs, "jobs").jobs.picture_file(text_of(id, "id")).path), bytes, size); });
}

}  // extern "C"
