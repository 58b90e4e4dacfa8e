#include "studio/train_task.hpp"

#include <cmath>

#include <ATen/Context.h>
#include <fmt/format.h>

#include <unistd.h>
#include "core/files.hpp"
#include "data/loader.hpp"
#include "families/registry.hpp"
#include "studio/memorisation_check.hpp"
#include "studio/open_data.hpp"
#include "studio/plan_data.hpp"
#include "studio/source_picture.hpp"
#include "tensor/picture.hpp"
#include "train/trainer.hpp"
#include "train/watch/grid.hpp"
#include "train/watch/metrics_log.hpp"
#include "train/watch/report.hpp"
#include "train/watch/summary.hpp"
#include "train/watch/tensorboard.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

fs::path config_in(const fs::path& run) {
  return run / "config.toml";
}

json overrides_of(const TrainRequest& request) {
  return request.overrides.empty() ? json::object() : json::parse(request.overrides);
}

at::Device device_of(const std::string& name, const ProcessPlace& place) {
  const bool cuda = at::hasCUDA() && at::globalContext().hasCUDA();
  if (name == "cpu" || (name == "auto" && !cuda)) return at::kCPU;
  if (!cuda) throw Error(ErrorCategory::no_device, fmt::format("--device {}: this libtorch sees no GPU", name));
  return at::Device(at::kCUDA, at::DeviceIndex(place.local_rank));
}

PictureShape shape_of(const Dataset& data, const DataOptions& options) {
  const auto first = data.get(0).picture;
  PictureShape shape;
  shape.channels = options.channels > 0 ? options.channels : first.size(0);
  shape.height = options.height > 0 ? options.height : first.size(1);
  shape.width = options.width > 0 ? options.width : first.size(2);
  shape.classes = data.classes();
  return shape;
}

LoaderOptions loader_options(const TrainPlan& plan, const PictureShape& shape, const Processes& processes) {
  LoaderOptions options;
  options.batch = plan.loop.batch;
  options.rank = processes.rank();
  options.world = processes.size();
  options.seed = uint64_t(plan.loop.seed);
  options.channels = shape.channels;
  options.height = shape.height;
  options.width = shape.width;
  options.augment = plan.augment;
  options.workers = plan.pictures.workers;
  options.bucket_step = plan.pictures.bucket_step;
  options.independent = plan.loop.dp_noise > 0;
  return options;
}

std::unique_ptr<BatchSource> held_out_source(const PlanData& data, LoaderOptions options) {
  if (!data.held_out) return nullptr;
  options.rank = 0;  // every process validates on the same pictures
  options.world = 1;
  options.shuffle = false;
  options.independent = false;
  options.batch = std::min<int64_t>(options.batch, data.held_out->size());
  options.augment = {.crop = options.augment.crop == "random" ? "center" : options.augment.crop,
                     .convert_channels = options.augment.convert_channels};
  return make_loader(data.held_out, options);
}

// A family that goes on from a finished model trains on pictures of that model's size, where nobody says another.
void take_native_size(TrainPlan& plan) {
  const auto native = find_family(plan.family).native;
  auto& pictures = plan.pictures;
  if (native == nullptr || (pictures.width > 0 && pictures.height > 0 && pictures.channels > 0)) return;
  const auto shape = native(plan.model);
  if (pictures.width == 0 && pictures.height == 0) pictures.width = int(shape.width), pictures.height = int(shape.height);
  if (pictures.channels == 0) pictures.channels = int(shape.channels);
}

// Throws unless the folder can take the run: a new one must not be in the way of an old one.
void prepare_folder(const fs::path& run, bool resume) {
  if (!resume && fs::exists(config_in(run)))
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} already holds a run; go on with --resume, or choose another folder with -o", run.string()));
  std::error_code failed;
  fs::create_directories(run, failed);
  if (failed) throw Error(ErrorCategory::io, fmt::format("cannot make the folder {}: {}", run.string(), failed.message()));
}

void start_from(const std::string& source, const std::vector<Network>& networks, const std::string& family, Observer& observer) {
  const auto model = read_trained(source);
  const auto filled = fill_matching(networks, model);
  if (filled == 0)
    throw Error(ErrorCategory::bad_argument, fmt::format("--from {}: no tensor there fits the {}", source, family));
  observer.on_message(fmt::format("started from {}: {} of {} tensors", source, filled, model.tensors.size()));
}

RunDescription described(const TrainPlan& plan, Family& family, const PictureShape& shape, const fs::path& run) {
  RunDescription description;
  description.name = run.filename().string();
  description.family = plan.family;
  description.config = plan_text(plan);
  description.steps = plan.loop.steps;
  std::vector<std::pair<std::string, torch::nn::Module*>> modules;
  for (const auto& network : family.networks()) modules.emplace_back(network.name, network.module.get());
  description.modules = describe_modules(
      modules, [&] { family.probe(); }, 1);
  return description;
}

std::vector<std::unique_ptr<Watcher>> watchers_for(const fs::path& run) {
  std::vector<std::unique_ptr<Watcher>> watchers;
  watchers.push_back(std::make_unique<MetricsLog>(run));
  watchers.push_back(std::make_unique<SampleFolder>(run));
  watchers.push_back(std::make_unique<TensorBoard>(run));
  watchers.push_back(std::make_unique<Report>(run));
  return watchers;
}

// A run's parts, in the order in which they come to be.
class Run {
 public:
  Run(const TrainRequest& request, Observer& observer) : request_(request), observer_(observer), plan_(resolve_plan(request)) {}

  TrainingReport go() {
    const auto place = ProcessPlace::from_environment();
    if (plan_.loop.batch % place.size != 0)
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("batch = {} cannot be shared by {} processes; make it a multiple", plan_.loop.batch, place.size));
    take_native_size(plan_);
    folder_ = request_.output.empty() ? fs::path("runs") / fs::path(request_.config).stem() : fs::path(request_.output);
    if (!request_.dry_run && place.rank == 0) prepare_folder(folder_, request_.resume);
    data_ = open_plan_data(plan_, observer_);
    processes_ = join_processes(place);
    make_family();
    return train(device_of(request_.device, place));
  }

 private:
  void make_family() {
    shape_ = shape_of(*data_.training, plan_.pictures);
    const auto& entry = find_family(plan_.family);
    if (entry.complete != nullptr) entry.complete(plan_.model, *data_.training);
    at::manual_seed(uint64_t(plan_.loop.seed));
    family_ = entry.make(plan_.model, shape_);
    std::vector<at::Tensor> pictures;
    for (const auto& picture : family_->wanted_pictures()) pictures.push_back(to_tensor(load_at(picture, 0)));
    family_->take_pictures(pictures);
    if (plan_.loop.gradient_checkpointing) family_->recompute_blocks();
    if (!request_.from.empty()) start_from(request_.from, family_->networks(), plan_.family, observer_);
  }

  std::vector<std::shared_ptr<BatchSource>> further_data(const LoaderOptions& options) {
    std::vector<std::shared_ptr<BatchSource>> sources;
    for (const auto& spec : family_->wanted_data()) {
      if (options.independent)
        throw Error(ErrorCategory::bad_argument, "private training accounts for one data set, and this family draws on several");
      sources.push_back(make_loader(open_data(spec, "train", observer_, wish_of(plan_)), options));
    }
    return sources;
  }

  TrainingReport train(at::Device device) {
    family_->prepare({*data_.training, plan_.loop, device, observer_});
    const auto options = loader_options(plan_, shape_, *processes_);
    const auto loader = make_loader(data_.training, options);
    const auto held_out = held_out_source(data_, options);
    family_->take_data(further_data(options), loader->batches_per_epoch());
    if (plan_.loop.steps == 0) plan_.loop.steps = int64_t(std::ceil(plan_.loop.epochs * double(loader->batches_per_epoch())));
    const auto settled = find_family(plan_.family).settled;
    const ModelDescription description{plan_.family, (settled ? settled(plan_.model) : plan_.model).dump(), shape_};
    TrainingSetup setup{.family = *family_,
                        .description = description,
                        .options = plan_.loop,
                        .data = *loader,
                        .held_out = held_out.get(),
                        .folder = folder_,
                        .processes = *processes_,
                        .observer = observer_,
                        .watchers = {},
                        .device = device,
                        .pictures = data_.training->size()};
    return request_.dry_run ? dry_run(std::move(setup)) : real_run(std::move(setup));
  }

  TrainingReport real_run(TrainingSetup setup) {
    const auto watchers = processes_->first() ? watchers_for(folder_) : std::vector<std::unique_ptr<Watcher>>();
    for (const auto& watcher : watchers) setup.watchers.push_back(watcher.get());
    Trainer trainer(std::move(setup));
    const int64_t first = request_.resume ? trainer.resume() : 0;
    if (processes_->first()) announce(first, watchers);
    const auto result = trainer.run();
    if (processes_->first()) publish();
    return {folder_, std::string(outcome_text(result.ending)), result.ending == Ending::stopped, result.steps, result.values};
  }

  void publish() {
    const auto model = read_model(folder_);
    const auto files = family_->publish(model, folder_);
    for (const auto& file : files)
      observer_.on_message(fmt::format("for other programs, and for --lora-model-dir, --embd-dir and --vae: {}", file.string()));
    if (!files.empty() && family_->reads() && request_.memorisation_check && !observer_.stop_requested()) check_published(model);
  }

  // A few pictures at most two minutes long: what learned from six pictures soon shows whether it repeats them.
  void check_published(const StateDict& model) {
    fill_weights(family_->networks(), model);
    for (auto& network : family_->networks()) network.module->eval();
    const TrainingPictures pictures{data_.training, data_.held_out, plan_.data, {}};
    try {
      observer_.on_message(check_memorisation(*family_, pictures, folder_, {.samples = 16, .minutes = 2}, observer_).line);
    } catch (const Error& error) {
      observer_.on_message(fmt::format("memorisation was not checked: {}", error.what()));
    }
  }

  void announce(int64_t first, const std::vector<std::unique_ptr<Watcher>>& watchers) {
    write_file_atomic(config_in(folder_), as_bytes(plan_text(plan_)));
    const auto description = described(plan_, *family_, shape_, folder_);
    for (const auto& watcher : watchers) watcher->on_start(description, first);
    observer_.on_message(summary_table(description.modules));
    observer_.on_message(fmt::format("{} pictures, {} x {} x {}; {} steps of {}{}", data_.training->size(), shape_.channels,
                                     shape_.height, shape_.width, plan_.loop.steps, plan_.loop.batch,
                                     first > 0 ? fmt::format(", from step {}", first) : ""));
  }

  // Two steps in a folder that is thrown away: everything that can go wrong early does so now.
  TrainingReport dry_run(TrainingSetup setup) {
    const fs::path scratch = fs::temp_directory_path() / fmt::format("inkstone-dry-run-{}", ::getpid());
    setup.folder = scratch;
    setup.options.steps = 2;
    setup.options.log_every = 1;
    setup.options.sample_every = 2;
    const auto description = described(plan_, *family_, shape_, folder_);
    observer_.on_message(summary_table(description.modules));
    TrainingReport report;
    try {
      Trainer trainer(std::move(setup));
      const auto result = trainer.run();
      report = {"", "dry run: nothing was written", false, result.steps, result.values};
    } catch (...) {
      fs::remove_all(scratch);
      throw;
    }
    fs::remove_all(scratch);
    return report;
  }

  const TrainRequest& request_;
  Observer& observer_;
  TrainPlan plan_;
  fs::path folder_;
  PlanData data_;
  std::unique_ptr<Processes> processes_;
  PictureShape shape_;
  std::unique_ptr<Family> family_;
};

}  // namespace

TrainPlan resolve_plan(const TrainRequest& request) {
  const auto overrides = overrides_of(request);
  if (request.resume && !request.output.empty() && fs::exists(config_in(request.output)) && request.config.empty())
    return read_plan(read_file(config_in(request.output)), config_in(request.output).string(), overrides);
  if (request.config.empty()) {
    if (request.resume)
      throw Error(ErrorCategory::not_found,
                  fmt::format("nothing to resume: {} holds no run",
                              request.output.empty() ? "no folder was given with -o, and it" : request.output));
    throw Error(ErrorCategory::bad_argument,
                "no config; name one: inkstone train CONFIG (inkstone train --list shows those that are built in)");
  }
  if (fs::is_regular_file(request.config)) return read_plan(read_file(request.config), request.config, overrides);
  return read_plan(built_in_config(request.config), request.config, overrides);
}

TrainingReport run_training(const TrainRequest& request, Observer& observer) {
  return Run(request, observer).go();
}

}  // namespace inkstone::studio
