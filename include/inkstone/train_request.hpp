// What a training run goes by. A config (TOML) names a family and data, and sets options of the family ([model]), of the data
// ([data]) and of the loop ([train]); every one of them is also a flag of `inkstone train`. The family's own options are declared
// with the family.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inkstone/option.hpp"

namespace inkstone {

// The loop, the same for every family.
struct LoopOptions {
  int64_t steps = 0;
  double epochs = 0;
  int batch = 64;
  int64_t seed = 0;

  std::string optimizer = "adam";
  double learning_rate = 2e-4;
  double beta1 = 0.9, beta2 = 0.999, eps = 1e-8;
  double momentum = 0;
  double weight_decay = 0;
  std::string schedule = "constant";
  int64_t warmup = 0;
  double final_rate = 0;
  double clip = 0;
  int accumulate = 1;
  std::string precision = "f32";
  double ema = 0;
  bool gradient_checkpointing = false;

  double dp_noise = 0, dp_clip = 1, dp_delta = 1e-5, dp_epsilon = 0;

  int64_t checkpoint_every = 1000;
  int keep = 2;
  int64_t log_every = 20;
  int64_t sample_every = 500;
  int64_t histogram_every = 0;
  int64_t validate_every = 0;
  int64_t patience = 0;
  std::string watch = "";
  double minutes = 0;
  int64_t images = 0;
  int retries = 0;
  int64_t profile = 0;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* length = "Length";
    const char* optimisation = "Optimisation";
    const char* secrecy = "Private data";
    const char* watching = "Watching and keeping";
    // clang-format off
    visit(self.steps, Option{.name = "steps", .help = "training steps; 0 leaves it to --epochs", .min = 0, .group = length});
    visit(self.epochs, Option{.name = "epochs", .help = "passes over the data, where --steps is 0", .min = 0, .group = length});
    visit(self.minutes, Option{.name = "minutes", .help = "stop after so many minutes of training; 0 sets no limit", .min = 0, .group = length});
    visit(self.images, Option{.name = "images", .help = "stop after so many pictures; 0 sets no limit; a folder in place of a number is what --data is", .min = 0, .group = length});
    visit(self.batch, Option{.name = "batch", .help = "pictures per step, over all processes together", .min = 1, .max = 65536, .group = length});
    visit(self.seed, Option{.name = "seed", .help = "seed of weights, order, augmentation and noise", .min = 0, .group = length, .letter = 's'});

    visit(self.optimizer, Option{.name = "optimizer", .help = "how weights follow the gradient; adamw8bit keeps its states in eight bits, a quarter of the memory", .choices = {"sgd", "adam", "adamw", "adamw8bit", "rmsprop"}, .group = optimisation});
    visit(self.learning_rate, Option{.name = "learning-rate", .help = "step size at its highest", .min = 0, .max = 100, .group = optimisation});
    visit(self.beta1, Option{.name = "beta1", .help = "decay of Adam's first moment", .min = 0, .max = 1, .group = optimisation});
    visit(self.beta2, Option{.name = "beta2", .help = "decay of Adam's second moment; of RMSprop's", .min = 0, .max = 1, .group = optimisation});
    visit(self.eps, Option{.name = "eps", .help = "added to the denominator of Adam and RMSprop", .min = 0, .max = 1, .group = optimisation});
    visit(self.momentum, Option{.name = "momentum", .help = "of SGD and RMSprop", .min = 0, .max = 1, .group = optimisation});
    visit(self.weight_decay, Option{.name = "weight-decay", .help = "L2 penalty; decoupled for adamw", .min = 0, .max = 10, .group = optimisation});
    visit(self.schedule, Option{.name = "schedule", .help = "learning rate over the run", .choices = {"constant", "linear", "cosine"}, .group = optimisation});
    visit(self.warmup, Option{.name = "warmup", .help = "steps over which the rate rises from 0", .min = 0, .group = optimisation});
    visit(self.final_rate, Option{.name = "final-rate", .help = "where linear and cosine end, as a fraction of the learning rate", .min = 0, .max = 1, .group = optimisation});
    visit(self.clip, Option{.name = "clip", .help = "largest gradient norm of a network; 0 does not clip", .min = 0, .group = optimisation});
    visit(self.accumulate, Option{.name = "accumulate", .help = "parts that a batch is worked in, to save memory", .min = 1, .max = 4096, .group = optimisation});
    visit(self.precision, Option{.name = "precision", .help = "arithmetic of the networks; weights stay float32", .choices = {"f32", "bf16"}, .group = optimisation});
    visit(self.gradient_checkpointing, Option{.name = "gradient-checkpointing", .help = "keep of the network's blocks what they were given alone and compute the rest once more on the way back: much less memory, a third more work; for words, lora and textual-inversion", .group = optimisation});
    visit(self.ema, Option{.name = "ema", .help = "decay of the running average of weights that paints; 0 keeps none", .min = 0, .max = 0.999999, .group = optimisation});
    visit(self.retries, Option{.name = "retries", .help = "after divergence, go back to the last checkpoint and try so often with half the rate", .min = 0, .max = 20, .group = optimisation});

    visit(self.dp_noise, Option{.name = "dp-noise", .help = "private training (DP-SGD): deviation of the noise on the gradient, in units of dp-clip; 0 trains without", .min = 0, .max = 1000, .group = secrecy});
    visit(self.dp_clip, Option{.name = "dp-clip", .help = "largest gradient norm of one picture there", .min = 1e-6, .max = 1e6, .group = secrecy});
    visit(self.dp_delta, Option{.name = "dp-delta", .help = "delta at which epsilon is stated; well below one over the number of pictures", .min = 1e-15, .max = 0.1, .group = secrecy});
    visit(self.dp_epsilon, Option{.name = "dp-epsilon", .help = "end the run before epsilon passes this; 0 sets no limit", .min = 0, .group = secrecy});

    visit(self.checkpoint_every, Option{.name = "checkpoint-every", .help = "steps between checkpoints", .min = 1, .group = watching});
    visit(self.keep, Option{.name = "keep", .help = "checkpoints kept; older ones are deleted", .min = 1, .max = 100000, .group = watching});
    visit(self.log_every, Option{.name = "log-every", .help = "steps between lines of metrics.jsonl", .min = 1, .group = watching});
    visit(self.sample_every, Option{.name = "sample-every", .help = "steps between sample grids from fixed seeds; 0 makes none", .min = 0, .group = watching});
    visit(self.histogram_every, Option{.name = "histogram-every", .help = "steps between histograms of the weights; 0 makes none", .min = 0, .group = watching});
    visit(self.validate_every, Option{.name = "validate-every", .help = "steps between validations on held-out pictures; 0 makes none", .min = 0, .group = watching});
    visit(self.patience, Option{.name = "patience", .help = "validations without improvement before stopping; 0 never stops", .min = 0, .group = watching});
    visit(self.watch, Option{.name = "watch", .help = "validation value that patience looks at; empty takes the first", .group = watching});
    visit(self.profile, Option{.name = "profile", .help = "write a trace of the first N steps, for Perfetto or chrome://tracing", .min = 0, .max = 1000, .group = watching});
    // clang-format on
  }
};

// What is made of the data before a network sees it, beside the cuts and changes of data/augment.hpp.
struct DataOptions {
  int width = 0, height = 0;
  int channels = 0;
  double hold_out = 0;
  int64_t subset = 0;
  int workers = 1;
  int bucket_step = 0;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* data = "Data";
    // clang-format off
    visit(self.width, Option{.name = "width", .help = "of the pictures in pixels; 0 takes the data's", .min = 0, .max = 4096, .group = data});
    visit(self.height, Option{.name = "height", .help = "of the pictures in pixels; 0 takes the data's", .min = 0, .max = 4096, .group = data});
    visit(self.channels, Option{.name = "channels", .help = "1 grey, 3 colour; 0 takes the data's", .min = 0, .max = 3, .group = data});
    visit(self.hold_out, Option{.name = "hold-out", .help = "share of the pictures kept for validation, where the data has no test split", .min = 0, .max = 0.9, .group = data});
    visit(self.subset, Option{.name = "subset", .help = "train on the first N pictures; 0 takes all", .min = 0, .group = data});
    visit(self.workers, Option{.name = "workers", .help = "threads that prepare batches ahead of training", .min = 0, .max = 256, .group = data});
    visit(self.bucket_step, Option{.name = "bucket-step", .help = "batches of several aspect ratios, sides in multiples of N; 0 cuts all to one size", .min = 0, .max = 1024, .group = data});
    // clang-format on
  }
};

// One run of `inkstone train`.
struct TrainRequest {
  std::string config;     // a file, or the name of a config that is built in
  std::string overrides;  // JSON object of options by name, on top of the config; empty: none
  std::string output;     // folder of the run
  std::string from;       // model or run to start from; empty: fresh weights
  std::string device = "auto";
  bool resume = false;             // go on from the newest checkpoint in output
  bool memorisation_check = true;  // of a file that goes to others, before it does: a few pictures beside the training pictures
  bool dry_run = false;            // check data, shapes and memory with one step; write nothing
};

}  // namespace inkstone
