#include "cli/dataset_command.hpp"

#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "cli/dataset_report.hpp"
#include "cli/request_options.hpp"
#include "cli/task_progress.hpp"
#include "inkstone/datasets.hpp"

namespace inkstone {
namespace {

template <class Request>
using Task = DatasetReport (*)(const Request&, Observer&);

void print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
}

void print_outputs(const DatasetReport& report) {
  for (const auto& path : report.outputs) print(path.string() + "\n");
}

// What became of the pictures on stderr, what was written on stdout, for scripts.
void tell(const DatasetReport& report, TaskProgress& progress) {
  progress.on_message(dataset_text(report));
  print_outputs(report);
}

void tell_inspected(const DatasetReport& report, const DatasetInspectRequest& request) {
  print(request.json ? dataset_json(report) : dataset_text(report));
  if (!request.json) print_outputs(report);
}

template <class Request>
void add(CLI::App& dataset, const char* name, const char* help, const Settings& settings, Task<Request> task) {
  auto& command = add_command(dataset, name, help);
  const auto options = std::make_shared<RequestOptions>(command, fields_of<Request>());
  command.callback([options, task, &settings] {
    const auto request = options->template request<Request>();
    TaskProgress progress(settings.verbosity());
    const auto report = task(request, progress);
    progress.finish();
    if constexpr (std::is_same_v<Request, DatasetInspectRequest>)
      tell_inspected(report, request);
    else
      tell(report, progress);
  });
}

}  // namespace

void add_dataset_command(CLI::App& app, const Settings& settings) {
  auto& dataset = add_command(app, "dataset", "pictures into data sets, and what is in them");
  dataset.require_subcommand(1);
  add<DatasetImportRequest>(dataset, "import", "cut, scale and pack a folder or zip of pictures", settings, &import_dataset);
  add<DatasetSmoothRequest>(dataset, "smooth", "drawings with blurred edges, which cartoon networks learn to tell from drawings",
                            settings, &smooth_dataset);
  add<DatasetInspectRequest>(dataset, "inspect", "what a folder of pictures or a data set holds, and what in it cannot be read",
                             settings, &inspect_dataset);
  add<DatasetInspectRequest>(dataset, "stats", "another name for inspect", settings, &inspect_dataset);
  add<DatasetPackRequest>(dataset, "pack", "any data set into packed shards", settings, &pack_dataset);
  add<DatasetDedupeRequest>(dataset, "dedupe", "find near-duplicates and list them for --opt-out", settings, &dedupe_dataset);
  add<DatasetCollectRequest>(dataset, "collect", "download the pictures of a list politely, with author and licence", settings,
                             &collect_dataset);
}

}  // namespace inkstone
