#include "train/privacy.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "inkstone/error.hpp"
#include "train/processes.hpp"

namespace inkstone {
namespace {

void require(bool holds, const std::string& what) {
  if (!holds) throw Error(ErrorCategory::bad_argument, "dp-noise: " + what);
}

// Statistics in buffers come from the pictures past the clipping, and batch normalisation mixes the pictures' gradients besides.
void check_network(const Network& network) {
  for (const auto& buffer : network.module->named_buffers())
    require(!buffer.value().is_floating_point(),
            fmt::format("the {} keeps statistics of the pictures ('{}'), which clipping does not cover; choose --norm layer "
                        "where the family has it, or a family without batch normalisation",
                        network.name, buffer.key()));
}

}  // namespace

std::optional<RunPrivacy> RunPrivacy::of(const LoopOptions& options, const std::vector<Network>& networks,
                                         const Processes& processes, int64_t pictures) {
  if (options.dp_noise == 0) return std::nullopt;
  require(processes.size() == 1, "private training runs in one process");
  require(networks.size() == 1, "private training is for families of one network: vae, classifier, ddpm");
  check_network(networks.front());
  require(options.retries == 0, "a run that goes back would spend its privacy twice; set retries = 0");
  require(options.seed != 0, "the noise follows from the seed, so choose a --seed of your own and keep it secret");
  require(options.batch <= pictures,
          fmt::format("a batch of {} is more than the {} pictures of the data", options.batch, pictures));
  return RunPrivacy(options, pictures);
}

RunPrivacy::RunPrivacy(const LoopOptions& options, int64_t pictures)
    : settings_{options.dp_noise, options.dp_clip, double(options.batch)},
      delta_(options.dp_delta),
      most_(options.dp_epsilon),
      rate_(double(options.batch) / double(pictures)),
      accountant_(rate_, options.dp_noise) {}

std::string RunPrivacy::statement(int64_t steps) const {
  return nlohmann::json{{"epsilon", epsilon(steps)},
                        {"delta", delta_},
                        {"noise", settings_.noise},
                        {"clip", settings_.bound},
                        {"rate", rate_},
                        {"steps", steps},
                        {"method", "DP-SGD, Poisson sampling, Renyi accountant, one picture added or removed"}}
      .dump();
}

std::string RunPrivacy::told(int64_t steps) const {
  return fmt::format(
      "private training: epsilon {:.3f} at delta {} after {} steps (noise {}, each picture's gradient clipped at {}, {:.3g} of "
      "the pictures a step)",
      epsilon(steps), delta_, steps, settings_.noise, settings_.bound, rate_);
}

std::string RunPrivacy::mechanism() const {
  return fmt::format("noise {}, clip {}, rate {}", settings_.noise, settings_.bound, rate_);
}

}  // namespace inkstone
