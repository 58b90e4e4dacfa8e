// The loop's side of a training step: gradients, their average over parts and processes, clipping, the optimiser.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "inkstone/error.hpp"
#include "train/family.hpp"
#include "train/meters.hpp"
#include "train/optimizer.hpp"
#include "train/private_gradient.hpp"

namespace inkstone {

class Processes;

// A loss or gradient that is not finite. Thrown before the weights are touched.
class Divergence : public Error {
 public:
  explicit Divergence(const std::string& message) : Error(ErrorCategory::bad_argument, message) {}
};

// A network with what the loop keeps for it.
struct TrainedNetwork {
  Network network;
  std::unique_ptr<Optimizer> optimizer;
};

class LoopStep : public TrainingStep {
 public:
  struct Settings {
    int64_t number = 0;
    double learning_rate = 0;
    double clip = 0;  // 0: no clipping
    int parts = 1;
    bool bf16 = false;
    std::optional<PrivacySettings> privacy = {};  // each picture's gradient clipped, noise on the sum
  };
  // Keeps references to what it is given.
  LoopStep(Settings settings, StepNoise noise, std::map<std::string, TrainedNetwork>& networks, Processes& processes,
           Meters& meters);

  int64_t number() const override { return settings_.number; }
  StepNoise& noise() override { return noise_; }
  void minimise(const std::string& network, const Batch& batch, const LossOf& loss_of) override;
  void report(const std::string& name, const at::Tensor& value) override { meters_.add(name, value); }

 private:
  void backward(const std::string& name, const std::vector<at::Tensor>& parameters, const Batch& batch, const LossOf& loss_of);
  void backward_privately(const std::string& name, const std::vector<at::Tensor>& parameters, const Batch& batch,
                          const LossOf& loss_of);
  void backward_part(const std::string& name, const std::vector<at::Tensor>& parameters, const Batch& part, double share,
                     const LossOf& loss_of);
  void clip(const std::string& name, const std::vector<NamedParameter>& parameters);
  [[noreturn]] void diverged(const std::string& what) const;

  Settings settings_;
  StepNoise noise_;
  std::map<std::string, TrainedNetwork>& networks_;
  Processes& processes_;
  Meters& meters_;
};

}  // namespace inkstone
