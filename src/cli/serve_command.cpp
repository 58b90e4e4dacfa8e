#include "cli/serve_command.hpp"

#include <chrono>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "cli/interrupt.hpp"
#include "cli/request_options.hpp"
#include "inkstone/error.hpp"
#include "inkstone/jobs.hpp"
#include "inkstone/serve_request.hpp"
#include "inkstone/server.hpp"

namespace inkstone {
namespace {

JobsSettings jobs_settings(const ServeRequest& request, int threads) {
  JobsSettings settings;
  settings.folder = studio_folder(request);
  settings.database = request.database;
  settings.models = request.models;
  settings.prompt_folders = {request.lora_dir, request.embeddings_dir};
  settings.checkpoints = {request.vae, request.precision};
  settings.work = !request.queue_only;
  settings.threads = threads;
  settings.lease_seconds = request.lease;
  settings.model_memory = request.model_memory < 0 ? kModelMemoryByItself : request.model_memory * 1e9;
  settings.answer_from_store = !request.no_reuse;
  settings.share_batch = request.share_batch;
  settings.limits.unfinished = request.jobs_per_user;
  settings.limits.running = request.running_per_user;
  settings.limits.stored_bytes = static_cast<std::uint64_t>(request.storage_gigabytes * 1e9);
  settings.limits.upload_bytes = std::uint64_t(request.body_megabytes) << 20;
  settings.limits.upload_pixels = std::uint64_t(request.megapixels) * 1'000'000;
  return settings;
}

void check(const ServeRequest& request) {
  if (request.worker && request.queue_only)
    throw Error(ErrorCategory::bad_argument,
                "--worker works without listening, --queue-only listens without working; give one of them");
  if (request.worker && request.database.empty())
    throw Error(ErrorCategory::bad_argument, "--worker needs the queue of other machines: --database postgresql://...");
}

void wait_for(const Interrupt& interrupt) {
  while (!interrupt.requested()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
}

// The first Ctrl-C or SIGTERM lets work end, the second ends the program.
void serve(const RequestOptions& options, const Settings& settings) {
  const auto request = options.request<ServeRequest>();
  check(request);
  const auto drain = static_cast<std::int64_t>(request.drain * 1000);
  Interrupt interrupt;
  Jobs jobs(jobs_settings(request, settings.threads));
  if (request.worker) {
    wait_for(interrupt);
    jobs.drain(drain);
    return;
  }
  Server server(jobs, request);
  if (!settings.quiet) fmt::print(stderr, "Inkstone listens on {}\n", server.address());
  wait_for(interrupt);
  if (!settings.quiet) fmt::print(stderr, "ending: what runs gets {:g} s; once more ends at once\n", request.drain);
  server.drain(drain);
}

}  // namespace

void add_serve_command(CLI::App& app, const Settings& settings, int& result) {
  auto& command = add_command(app, "serve", "a studio over HTTP: jobs, pictures, a page to paint on");
  const auto options = std::make_shared<RequestOptions>(command, fields_of<ServeRequest>());
  command.callback([options, &settings, &result] {
    serve(*options, settings);
    result = 0;
  });
}

}  // namespace inkstone
