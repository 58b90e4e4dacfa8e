// The checkpoints of a run: RUN/checkpoints/step-00001000.safetensors, each written whole or not at all, the last few kept.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tensor/state_dict.hpp"

namespace inkstone {

class Checkpoints {
 public:
  Checkpoints(std::filesystem::path run, int keep) : folder_(run / "checkpoints"), keep_(keep) {}

  // Throws io (disk full, permission denied), naming the file; the older checkpoints stay.
  void save(int64_t step, const StateDict& state) const;

  // The newest one that can be read. Each one that cannot is told to `skipped` and passed over. Absent: there is none.
  std::optional<StateDict> newest(const std::function<void(const std::string&)>& skipped) const;

  bool empty() const { return files().empty(); }
  std::vector<std::filesystem::path> files() const;  // oldest first

 private:
  std::filesystem::path file(int64_t step) const;

  std::filesystem::path folder_;
  int keep_;
};

}  // namespace inkstone
