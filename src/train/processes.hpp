// The processes that train together (data parallel), each on its share of the joint batch: torch's own c10d, gradients averaged
// by its Reducer while backward runs (Li et al., "PyTorch Distributed", VLDB 2020). Started by torchrun, mpirun or Slurm through
// the usual variables.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace inkstone {

// Where this process stands among all, as the launcher says: RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT, LOCAL_RANK, or the
// variables of Open MPI and Slurm for rank and size.
struct ProcessPlace {
  int rank = 0, size = 1, local_rank = 0;
  std::string address = "127.0.0.1";
  int port = 29500;

  // Throws bad_argument when the variables contradict each other.
  static ProcessPlace from_environment();
};

// This one is a process alone: every call returns at once.
class Processes {
 public:
  virtual ~Processes() = default;
  virtual int rank() const { return 0; }
  virtual int size() const { return 1; }
  bool first() const { return rank() == 0; }

  // Gives a network the first process' weights, and averages its gradients in every backward pass that is announced.
  virtual void join(const std::string& network, const std::vector<at::Tensor>& parameters,
                    const std::vector<at::Tensor>& buffers) {}
  virtual void synchronise_next_backward(const std::string& network, bool averaged) {}

  // Runs a backward pass that was announced. Throws io when a process is lost meanwhile.
  virtual void run_backward(const std::function<void()>& backward) { backward(); }

  // The same answer in every process. Throws io when a process is lost.
  virtual bool any(bool here) { return here; }
  virtual std::map<std::string, double> mean(const std::map<std::string, double>& values) { return values; }
};

// Blocks until all have come (five minutes at most). Throws io when they do not, unsupported where libtorch has no c10d.
std::unique_ptr<Processes> join_processes(const ProcessPlace& place);

}  // namespace inkstone
