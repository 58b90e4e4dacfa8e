// What the training loop knows of a network family: its networks, one step of its training, and how it paints. The loop
// owns everything else (optimisers, averages, checkpoints, meters), so a new family is its mathematics alone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <torch/nn.h>

#include "data/batch.hpp"
#include "data/dataset.hpp"
#include "inkstone/observer.hpp"
#include "inkstone/train_request.hpp"
#include "nn/attention_listener.hpp"
#include "tensor/state_dict.hpp"
#include "train/noise.hpp"

namespace inkstone {

// The pictures that a family is made for.
struct PictureShape {
  int64_t channels = 3, height = 32, width = 32;
  std::vector<std::string> classes;  // empty: unconditional
};

struct Network {
  std::string name;  // "generator"; prefixes its tensors in checkpoints
  std::shared_ptr<torch::nn::Module> module;
  bool paints = true;  // part of the exported model, and averaged (EMA)
  double rate = 1;     // factor on the learning rate
};

// One training step as the family sees it. Everything random in a step is drawn from noise(), which is a function of (seed,
// step).
class TrainingStep {
 public:
  using LossOf = std::function<at::Tensor(const Batch& part)>;

  virtual ~TrainingStep() = default;
  virtual int64_t number() const = 0;  // from 0
  virtual StepNoise& noise() = 0;

  // Minimises the mean loss (a scalar tensor) of one network over the batch by one step of its optimiser: clears its gradients,
  // calls loss_of for each part of the batch (one part unless gradients are accumulated) under the run's precision,
  // backpropagates, averages over processes, clips, steps. Gradients reach this network's parameters alone. Throws Divergence
  // when the loss or the gradient is not finite; weights are untouched then.
  virtual void minimise(const std::string& network, const Batch& batch, const LossOf& loss_of) = 0;

  // A value to show and write down: a scalar tensor or a number. The mean over parts and processes is kept.
  virtual void report(const std::string& name, const at::Tensor& value) = 0;
};

// A picture to paint over (SDEdit; Meng et al. 2022).
struct Ground {
  at::Tensor picture;   // float32 [1,C,H,W] in [-1,1], of the family's shape
  at::Tensor mask;      // float32 [1,1,H,W] in [0,1]: what is painted anew; undefined: everything
  double strength = 1;  // share of the steps that are taken: how much is painted anew
};

// How pictures are asked of a trained family.
struct PaintSpec {
  at::Tensor latents;           // float32 [N, latent_shape()...], standard normal unless walked between
  std::vector<uint64_t> seeds;  // N: noise drawn on the way (ancestral samplers) comes from a generator per picture
  at::Tensor labels;            // int64 [N]; -1: no class
  std::vector<std::string> prompts, negative_prompts;  // N, or empty: nothing is said; for families that read
  std::optional<Ground> ground;                        // for families that read
  double truncation = 1;                               // where the family defines it: below 1 trades variety for typicality
  double guidance = 0;  // classifier-free guidance scale, where the family has it; 0: the family's default
  int64_t steps = 0;    // sampling steps; 0: the family's default
  std::string sampler;  // empty: the family's default
  bool bf16 = false;    // arithmetic of families that paint in many evaluations of a network
  nn::AttentionListener* listener =
      nullptr;  // hears what places look at in the prompt of one picture, of families that say token_spans
};

// Runs what it is given while a change that is trained beside the networks is off them: the networks as they were before.
using AsBefore = std::function<void(const std::function<void()>& ask)>;

// What a family may know of a run before it begins.
struct RunOutline {
  const Dataset& data;
  const LoopOptions& loop;
  at::Device device;
  Observer& observer;
};

class Family {
 public:
  virtual ~Family() = default;

  virtual std::vector<Network> networks() = 0;

  // Called once before a run starts or goes on: looks the data over, says what is worth knowing, and makes what training needs
  // beside the networks, which the loop looks after. Throws bad_argument for data that cannot teach it, out_of_memory.
  virtual void prepare(const RunOutline& run) {}

  // From now on training keeps of a block of the networks what it was given alone, and computes the rest once more. Throws
  // bad_argument for families that do not know how.
  virtual void recompute_blocks();

  // Writes what other programs load into the folder of a finished run; model: as in its model.safetensors. The files written.
  virtual std::vector<std::filesystem::path> publish(const StateDict& model, const std::filesystem::path& folder) { return {}; }

  // Pictures beside the data that training goes by (a painting to learn from), as files; they are given as [1,3,H,W] in [0,1], in
  // this order, before the first step.
  virtual std::vector<std::string> wanted_pictures() const { return {}; }
  virtual void take_pictures(const std::vector<at::Tensor>& pictures) {}

  // Further data that training draws on beside its own (frames of a film beside photographs), each as a config may name data.
  // They are given as batches made like the main ones, before the first step; batches_per_epoch is of the main data.
  virtual std::vector<std::string> wanted_data() const { return {}; }
  virtual void take_data(std::vector<std::shared_ptr<BatchSource>> sources, int64_t batches_per_epoch) {}

  // Factor on the learning rate of a step, for families that train in phases.
  virtual double rate(int64_t step) const { return 1; }

  // Modules are in training mode. batch: pictures on the family's device.
  virtual void step(const Batch& batch, TrainingStep& step) = 0;

  // Pictures [N,C,H,W] in [-1,1]; modules in evaluation mode, no gradients. Picture k depends on latents[k], seeds[k] and
  // labels[k] alone.
  virtual at::Tensor paint(const PaintSpec& spec, Observer& observer) = 0;
  virtual std::vector<int64_t> latent_shape() const = 0;
  virtual int64_t classes() const { return 0; }  // 0: unconditional
  virtual bool reads() const { return false; }   // paints by PaintSpec::prompts
  // What the family asks itself for a picture whose data say this; families with a subject of their own put its name where they
  // say nothing.
  virtual std::string caption_for(const std::string& caption) const { return caption; }
  // The words of a prompt and their tokens, of families whose paint() lets PaintSpec::listener hear them; others say none.
  virtual std::vector<nn::TokenSpan> token_spans(const std::string& prompt) const { return {}; }

  // What the sample grid shows at intervals, in rows of `columns` pictures; by default painted from fixed seeds. examples: a
  // fixed batch of the data.
  virtual at::Tensor preview(const Batch& examples, int64_t rows, int64_t columns);

  // One forward pass of a single picture through what paints, for the model summary; by default a picture is painted in one step.
  virtual void probe();

  // Losses on held-out pictures by name, without gradients, in evaluation mode; empty: nothing to validate.
  virtual std::map<std::string, double> validate(const Batch& batch, StepNoise& noise) { return {}; }

  // How far the networks' answers have moved from those before a change: the loss of their training, with their own former
  // answers in the place of what the pictures say; nought while nothing has changed. For families that others train beside.
  virtual at::Tensor drift(const Batch& batch, StepNoise& noise, const AsBefore& before);

  // Plain words on the state of training from the latest means of the reported values; empty: nothing to say.
  virtual std::string advice(const std::map<std::string, double>& means) const { return {}; }

 protected:
  PaintSpec preview_spec(int64_t count, int64_t classes) const;
};

}  // namespace inkstone
