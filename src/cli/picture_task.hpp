// What the commands share that make one picture out of one picture, or out of each in a folder.
#pragma once

#include <cstdio>
#include <filesystem>
#include <string>

#include <fmt/format.h>

#include "cli/delivery.hpp"
#include "cli/folder_of_pictures.hpp"
#include "cli/request_options.hpp"
#include "cli/settings.hpp"
#include "inkstone/studio.hpp"

namespace inkstone {

template <class Request>
using PictureTask = Painting (Studio::*)(const Request&, Observer&);

template <class Request>
void run_picture_task(Studio& studio, TaskProgress& progress, Request request, PictureTask<Request> task) {
  const auto painting = (studio.*task)(request, progress);
  progress.finish();
  deliver(studio, painting, request.output);
  std::puts(request.output.c_str());
}

// suffix: of the name where none is given, "upscaled".
template <class Request>
int run_picture_command(Request request, const Settings& settings, const char* suffix, PictureTask<Request> task) {
  Studio studio(settings.threads);
  TaskProgress progress(settings.verbosity());
  if (std::filesystem::is_directory(request.picture.value)) {
    for (const auto& job : folder_jobs(request.picture.value, request.output)) {
      auto one = request;
      one.picture.value = job.picture.string();
      one.output = job.output.string();
      run_picture_task(studio, progress, one, task);
    }
    return 0;
  }
  if (request.output.empty()) request.output = free_output_name({request.picture.value, suffix}).string();
  run_picture_task(studio, progress, request, task);
  return 0;
}

}  // namespace inkstone
