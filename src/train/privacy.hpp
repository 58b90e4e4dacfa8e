// Private training as a property of a run (options dp-noise, dp-clip, dp-delta, dp-epsilon): what may be trained so, and what is
// said of it afterwards.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inkstone/train_request.hpp"
#include "train/family.hpp"
#include "train/privacy_accountant.hpp"
#include "train/private_gradient.hpp"

namespace inkstone {

class Processes;

class RunPrivacy {
 public:
  // Absent: the run is not private. pictures: how many the data has. Throws bad_argument with what to change: more processes or
  // networks than one, a network that keeps statistics of the pictures (batch normalisation), retries, the seed that anybody
  // would guess, a batch larger than the data.
  static std::optional<RunPrivacy> of(const LoopOptions& options, const std::vector<Network>& networks,
                                      const Processes& processes, int64_t pictures);

  PrivacySettings settings() const { return settings_; }
  double epsilon(int64_t steps) const { return accountant_.epsilon(steps, delta_); }
  // One more step would pass dp-epsilon.
  bool spent(int64_t steps) const { return most_ > 0 && epsilon(steps + 1) > most_; }

  // JSON for a model's metadata, "inkstone.privacy"; and a line for people.
  std::string statement(int64_t steps) const;
  std::string told(int64_t steps) const;
  // What a resumed run must have in common with the one before; a run that is not private has "".
  std::string mechanism() const;

 private:
  RunPrivacy(const LoopOptions& options, int64_t pictures);

  PrivacySettings settings_;
  double delta_, most_, rate_;
  PrivacyAccountant accountant_;
};

}  // namespace inkstone
