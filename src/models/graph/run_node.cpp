#include "models/graph/run_node.hpp"

#include <exception>
#include <new>

#include <c10/util/Exception.h>
#include <fmt/format.h>

namespace inkstone::graph {
namespace {

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

[[noreturn]] void rethrow(const Call& call, const std::string& what) {
  if (what.find("allocate memory") != std::string::npos)
    throw Error(ErrorCategory::out_of_memory,
                fmt::format("there is not enough memory for the model's node {}; use a smaller picture", call.who()));
  throw Error(ErrorCategory::unsupported,
              fmt::format("the model's node {} cannot run on this: {}", call.who(), first_line(what)));
}

}  // namespace

std::vector<at::Tensor> run_node(const GraphNode& node, const Operator& op, std::int64_t opset, at::ScalarType compute,
                                 std::vector<at::Tensor> inputs, const std::vector<bool>& constants,
                                 std::shared_ptr<void>& kept) {
  Call call(node, opset, compute, std::move(inputs), constants, kept);
  try {
    return op.run(call);
  } catch (const c10::Error& error) {
    rethrow(call, error.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    rethrow(call, "cannot allocate memory");
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {  // libtorch throws the standard's, too
    rethrow(call, error.what());
  }
}

std::optional<std::vector<at::Tensor>> try_node(const Graph& graph, const GraphNode& node, std::vector<at::Tensor> inputs) {
  std::shared_ptr<void> kept;
  try {
    return run_node(node, *find_operator(graph.dialect, node.op), graph.opset, at::kFloat, std::move(inputs), {}, kept);
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace inkstone::graph
