// A network that runs as its file says: any graph of the operators in operators.hpp, on libtorch's operators and packed
// convolutions. Opened once, it is checked, folded and fused; for each size of picture a plan says what remains to be computed
// and when memory is free again.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <ATen/core/Tensor.h>

#include "weights/graph.hpp"

namespace inkstone::graph {

class Network {
 public:
  // compute: of convolutions and matrix products, float32 or bfloat16. Throws unsupported, naming every operator and node that
  // the table lacks, or the opset where it is not within 7 to 22; corrupt_file for a graph that contradicts itself.
  explicit Network(Graph graph, at::ScalarType compute = at::kFloat);
  ~Network();
  Network(Network&&) noexcept;

  const std::vector<GraphPort>& inputs() const;
  const std::vector<GraphPort>& outputs() const;
  std::size_t steps() const;  // nodes left after folding and fusing

  // One tensor for each input, in the file's layout; whole numbers or floats as its port says. Not for concurrent use of one
  // object. Throws bad_argument for tensors that are not what the ports say, and for a picture too small; unsupported where a
  // node cannot run.
  std::vector<at::Tensor> run(const std::vector<at::Tensor>& inputs);

  struct Forecast {
    std::vector<Shape> outputs;
    std::int64_t bytes = 0;  // of activations at the peak, without weights
  };
  // What run() would give and need, without computing it. Absent where sizes depend on what is in the picture. Throws as run.
  std::optional<Forecast> forecast(const std::vector<Shape>& inputs);

 private:
  struct Program;
  std::unique_ptr<Program> program_;
};

}  // namespace inkstone::graph
