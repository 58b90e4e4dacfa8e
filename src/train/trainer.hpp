// The one training loop: every family is trained, watched, checkpointed and resumed by it alone. A run interrupted anywhere and
// resumed ends with the bits of the uninterrupted one, because a step is a function of (weights, optimiser state, seed, step
// number) and nothing else.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/batch.hpp"
#include "inkstone/observer.hpp"
#include "inkstone/train_request.hpp"
#include "train/average.hpp"
#include "train/checkpoints.hpp"
#include "train/family.hpp"
#include "train/meters.hpp"
#include "train/model_file.hpp"
#include "train/privacy.hpp"
#include "train/processes.hpp"
#include "train/schedule.hpp"
#include "train/step.hpp"
#include "train/watch/profile.hpp"
#include "train/watcher.hpp"

namespace inkstone {

// Why a run ended.
enum class Ending { finished, stopped, out_of_budget, no_improvement };
std::string_view outcome_text(Ending ending);

struct TrainingResult {
  Ending ending = Ending::finished;
  int64_t steps = 0;                     // done in all, before and after resuming
  std::map<std::string, double> values;  // the last means
};

// What a run reads and writes. Everything outlives the Trainer.
struct TrainingSetup {
  Family& family;
  ModelDescription description;
  LoopOptions options;  // steps is what the run comes to; epochs has been turned into it
  BatchSource& data;
  BatchSource* held_out = nullptr;
  std::filesystem::path folder;  // of the run
  Processes& processes;
  Observer& observer;
  std::vector<Watcher*> watchers = {};
  at::Device device = at::kCPU;
  int64_t pictures = 0;  // in the data, which private training accounts for
};

class Trainer {
 public:
  explicit Trainer(TrainingSetup setup);
  ~Trainer();

  // Goes on from the newest checkpoint that can be read; returns its step, or 0 where there is none.
  // Throws bad_argument when it belongs to another family, to networks of another size, or to training of another privacy.
  int64_t resume();

  // Trains to the end, or until stopped; ends with a checkpoint and model.safetensors. Throws Divergence when no retry is left
  // (the run is then back at its last checkpoint), io when a file cannot be written or a process is lost.
  TrainingResult run();

 private:
  using Clock = std::chrono::steady_clock;

  void one_step();
  std::optional<Ending> ending();
  void after_step();
  void log();
  void draw_samples();
  void log_histograms();
  bool validate();  // false: patience is over
  void save_checkpoint();
  void save_model();
  void recover(const Divergence& cause);
  StateDict capture() const;
  void restore(const StateDict& state);
  void swap_averages();
  void set_training(bool training);
  void tell(const std::string& message);
  double rate_of(int64_t step) const;
  Share share_of(const Batch& batch) const;
  std::string mechanism() const { return privacy_ ? privacy_->mechanism() : std::string(); }
  double seconds() const;
  double seconds_left() const;
  bool due(int64_t every) const { return every > 0 && step_ % every == 0; }

  TrainingSetup setup_;
  std::map<std::string, TrainedNetwork> networks_;
  std::map<std::string, std::unique_ptr<WeightAverage>> averages_;
  Checkpoints checkpoints_;
  Schedule schedule_;
  Meters meters_;
  std::optional<ProfiledSteps> profile_;
  std::optional<RunPrivacy> privacy_;
  Batch examples_;  // what previews show

  int64_t step_ = 0;       // done so far
  double rate_scale_ = 1;  // halved by every retry
  int retries_left_ = 0;
  double seconds_before_ = 0;  // of earlier sittings
  double best_ = 0;            // best value of the validation, and how many validations ago
  int64_t since_best_ = -1;    // -1: no validation yet
  bool out_of_patience_ = false;
  Clock::time_point started_, logged_;
  int64_t logged_step_ = 0, first_step_ = 0, saved_step_ = -1;
  std::map<std::string, double> values_;
};

}  // namespace inkstone
