#include "train/processes.hpp"

#include "inkstone/error.hpp"

#ifdef INKSTONE_C10D

#include <ATen/autocast_mode.h>
#include <fmt/format.h>
#include <torch/types.h>
#include <torch/version.h>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <torch/csrc/distributed/c10d/comm.hpp>
#include <torch/csrc/distributed/c10d/reducer.hpp>

namespace inkstone {
namespace {

constexpr auto kPatience = std::chrono::minutes(5);
constexpr std::size_t kBroadcastBytes = std::size_t(250) << 20;

[[noreturn]] void lost(const std::exception& cause) {
  const std::string why = cause.what();
  throw Error(ErrorCategory::io, fmt::format("another process of this run was lost or does not answer; the checkpoints are "
                                             "intact, start all again with --resume ({})",
                                             why.substr(0, why.find('\n'))));
}

// Calls what talks to other processes; their loss becomes an Error.
template <class Call>
auto together(Call&& call) {
  try {
    return call();
  } catch (const std::exception& cause) {
    lost(cause);
  }
}

using Gloo = c10::intrusive_ptr<c10d::ProcessGroupGloo>;

// What the reducer works with: since libtorch 2 a group is a front of backends.
#if TORCH_VERSION_MAJOR >= 2
c10::intrusive_ptr<c10d::ProcessGroup> group_over(const Gloo& gloo, const c10::intrusive_ptr<c10d::Store>& store) {
  auto group = c10::make_intrusive<c10d::ProcessGroup>(store, gloo->getRank(), gloo->getSize());
  group->setDefaultBackend(c10d::ProcessGroup::BackendType::GLOO);
  group->setBackend(c10::DeviceType::CPU, c10d::ProcessGroup::BackendType::GLOO, gloo);
  return group;
}
#else
c10::intrusive_ptr<c10d::ProcessGroup> group_over(const Gloo& gloo, const c10::intrusive_ptr<c10d::Store>&) {
  return gloo;
}
#endif

using Lengths = std::vector<std::size_t>;

// Newer versions take no limits of the buckets, and want to be told whether to skip the sums of unused parameters, whether Python
// reduces, and other limits.
template <class... Settings>
std::unique_ptr<c10d::Reducer> make_reducer(const std::vector<at::Tensor>& parameters, const std::vector<Lengths>& buckets,
                                            const Lengths& limits, const c10::intrusive_ptr<c10d::ProcessGroup>& group,
                                            const Settings&... settings) {
  if constexpr (std::is_constructible_v<c10d::Reducer, decltype(parameters), decltype(buckets), decltype(limits), decltype(group),
                                        const Settings&...>)
    return std::make_unique<c10d::Reducer>(parameters, buckets, limits, group, settings...);
  else
    return std::make_unique<c10d::Reducer>(parameters, buckets, group, settings..., false, false, std::vector<int64_t>());
}

class GlooProcesses : public Processes {
 public:
  explicit GlooProcesses(const ProcessPlace& place) : place_(place) {
    c10d::TCPStoreOptions options;
    options.port = place.port;
    options.isServer = place.rank == 0;
    options.numWorkers = place.size;
    options.timeout = kPatience;
    store_ = together([&] { return c10::make_intrusive<c10d::TCPStore>(place.address, options); });
    auto gloo = c10d::ProcessGroupGloo::Options::create(kPatience);
    gloo->devices.push_back(c10d::ProcessGroupGloo::createDeviceForHostname(place.address));
    group_ = together(
        [&] { return group_over(c10::make_intrusive<c10d::ProcessGroupGloo>(store_, place.rank, place.size, gloo), store_); });
  }

  int rank() const override { return place_.rank; }
  int size() const override { return place_.size; }

  void join(const std::string& network, const std::vector<at::Tensor>& parameters,
            const std::vector<at::Tensor>& buffers) override {
    at::NoGradGuard no_gradient;
    std::vector<at::Tensor> all;
    for (const auto& tensor : parameters) all.push_back(tensor.detach());
    all.insert(all.end(), buffers.begin(), buffers.end());
    together([&] { c10d::broadcast_coalesced(group_, all, kBroadcastBytes); });
    std::vector<at::Tensor> training;
    for (const auto& parameter : parameters)
      if (parameter.requires_grad()) training.push_back(parameter);
    if (!training.empty()) reducers_[network] = reducer(training);
  }

  void synchronise_next_backward(const std::string& network, bool averaged) override {
    if (averaged) together([&] { reducers_.at(network)->prepare_for_backward({}); });
  }

  void run_backward(const std::function<void()>& backward) override { together(backward); }

  bool any(bool here) override {
    at::Tensor count = at::scalar_tensor(here ? 1 : 0, at::kLong).reshape({1});
    sum(count);
    return count.item<int64_t>() > 0;
  }

  std::map<std::string, double> mean(const std::map<std::string, double>& values) override {
    std::vector<double> flat;
    for (const auto& [name, value] : values) flat.push_back(value);
    at::Tensor total = at::tensor(flat, at::kDouble);
    sum(total);
    auto means = values;
    int64_t k = 0;
    for (auto& [name, value] : means) value = total[k++].item<double>() / size();
    return means;
  }

 private:
  // A gradient of a 1x1 convolution may come with other strides than its weight along the sides of length one, where any do; the
  // reducer would warn of it.
  static void give_own_strides(const std::vector<at::Tensor>& parameters) {
    for (const auto& parameter : parameters)
      if (parameter.dim() == 4 && parameter.size(2) * parameter.size(3) == 1 && parameter.is_contiguous())
        parameter.register_hook([strides = parameter.strides().vec()](const at::Tensor& gradient) {
          return gradient.contiguous().as_strided(gradient.sizes(), strides);
        });
  }

  std::unique_ptr<c10d::Reducer> reducer(const std::vector<at::Tensor>& parameters) {
    give_own_strides(parameters);
    const auto buckets = c10d::compute_bucket_assignment_by_size(
        parameters, {std::size_t(c10d::kDefaultFirstBucketBytes), std::size_t(c10d::kDefaultBucketBytesCap)});
    auto [indices, limits] = buckets;
    std::reverse(indices.begin(), indices.end());  // gradients of the last layers come first
    std::reverse(limits.begin(), limits.end());
    return make_reducer(parameters, indices, limits, group_, std::vector<bool>(parameters.size(), false),
                        c10d::kDefaultBucketBytesCap, false, false, std::unordered_map<std::size_t, std::string>(),
                        c10d::kDefaultFirstBucketBytes);
  }

  void sum(at::Tensor& tensor) {
    std::vector<at::Tensor> tensors = {tensor};
    together([&] { group_->allreduce(tensors)->wait(); });
  }

  ProcessPlace place_;
  c10::intrusive_ptr<c10d::TCPStore> store_;
  c10::intrusive_ptr<c10d::ProcessGroup> group_;
  std::map<std::string, std::unique_ptr<c10d::Reducer>> reducers_;
};

}  // namespace

std::unique_ptr<Processes> join_processes(const ProcessPlace& place) {
  if (place.size == 1) return std::make_unique<Processes>();
  return std::make_unique<GlooProcesses>(place);
}

}  // namespace inkstone

#else

namespace inkstone {

std::unique_ptr<Processes> join_processes(const ProcessPlace& place) {
  if (place.size == 1) return std::make_unique<Processes>();
  throw Error(ErrorCategory::unsupported, "this build has no distributed training; build it where libgloo-dev is installed");
}

}  // namespace inkstone

#endif
