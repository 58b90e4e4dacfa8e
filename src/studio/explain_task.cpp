#include "studio/explain_task.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "dream/feature_visualization.hpp"
#include "models/imagenet/classes.hpp"
#include "studio/contribution_sheet.hpp"
#include "studio/heat_overlay.hpp"
#include "studio/recipe.hpp"
#include "studio/source_picture.hpp"
#include "studio/stylize_task.hpp"
#include "tensor/picture.hpp"
#include "transform/attribution.hpp"

namespace inkstone::studio {
namespace {

// A picture and the line under it.
struct Exhibit {
  Image picture;
  std::string legend;
  bool scale = false;  // the colours of heat stand before the line
  std::int64_t steps = 0;
  bool stopped = false;
};

std::int64_t steps_of(const ExplainRequest& request, std::int64_t fallback) {
  return request.steps > 0 ? request.steps : fallback;
}

at::Tensor load_picture(const ExplainRequest& request, Image& shown) {
  shown = load_at(request.picture.value, request.size);
  return to_tensor(shown).clamp(0, 1);
}

// The whole picture in its own shape, the shorter side as the network was trained to see it.
at::Tensor seen_by(const FeatureNetwork& network, const at::Tensor& picture) {
  constexpr double kLongest = 4;  // a ribbon is looked at squeezed
  const double height = static_cast<double>(picture.size(2)), width = static_cast<double>(picture.size(3));
  const double scale = static_cast<double>(network.side) / std::min(height, width);
  const auto side = [&](double length) {
    return std::min<int64_t>(std::lround(length * scale), static_cast<int64_t>(kLongest * static_cast<double>(network.side)));
  };
  return resize(picture, side(height), side(width)).clamp(0, 1);
}

// Single pixels say little to the eye: what they add up to around each place.
at::Tensor gathered(const at::Tensor& map) {
  const int64_t side = std::max<int64_t>(1, std::min(map.size(2), map.size(3)) / 28) * 2 + 1;
  auto out = map;
  for (int pass = 0; pass < 3; ++pass) out = at::avg_pool2d(out, side, 1, side / 2, false, /*count_include_pad=*/false);
  return out;
}

// Shares are counted from here: from black, dark things would count nothing.
at::Tensor without_detail(const at::Tensor& picture) {
  const double deviation = static_cast<double>(std::min(picture.size(2), picture.size(3))) / 11;
  return gaussian_blurred(picture, deviation, static_cast<int64_t>(3 * deviation));
}

struct Heat {
  at::Tensor map;
  std::string told;
  std::int64_t steps = 1;
  bool stopped = false;
};

Heat heat_of(const ExplainRequest& request, const FeatureNetwork& network, const at::Tensor& seen, int64_t index,
             Observer& observer) {
  if (request.method == "grad-cam") return {transform::grad_cam(network, seen, index, request.layer), "the network looks", 1};
  if (request.method == "occlusion") {
    const auto grid = steps_of(request, 14);
    return {transform::occlusion(network, seen, index, grid, observer), "covering costs most", grid * grid,
            observer.stop_requested()};
  }
  if (request.method == "smooth-gradients") {
    const auto steps = steps_of(request, 32);
    return {gathered(transform::smooth_gradients(network, seen, index, steps, static_cast<uint64_t>(request.seed), observer)),
            "a change counts most", steps, observer.stop_requested()};
  }
  const auto steps = steps_of(request, 64);
  const auto found = transform::integrated_gradients(network, seen, without_detail(seen), index, steps, observer);
  const double sum = found.shares.sum().item<double>(), whole = found.value - found.baseline_value;
  observer.on_message(
      fmt::format("shares of all pixels add up to {:.3f} of the {:.3f} by which the picture differs from its blur", sum, whole));
  return {gathered(found.shares.sum(1, true)), "detail speaks", steps, found.stopped};
}

std::string percent(double probability) {
  return probability < 0.01 ? fmt::format("{:.2g} %", 100 * probability) : fmt::format("{:.0f} %", 100 * probability);
}

Exhibit explain_class(const ExplainRequest& request, const FeatureNetwork& network, Observer& observer) {
  if (network.classes.empty())
    throw Error(ErrorCategory::unsupported,
                fmt::format("{} knows no classes to explain; use -m resnet50-imagenet, or ask for a --unit or a --reconstruct",
                            network.name));
  std::optional<int64_t> wanted;
  if (!request.class_name.empty()) wanted = class_of(network, request.class_name);
  Exhibit exhibit;
  const auto picture = load_picture(request, exhibit.picture);
  const auto probabilities = class_probabilities(network, picture);
  for (const auto& tag : top_tags(network, probabilities, 5))
    observer.on_message(fmt::format("{:>6}  {}", percent(tag.probability), tag.name));
  const auto index = wanted ? *wanted : probabilities.argmax().item<int64_t>();
  const auto heat = heat_of(request, network, seen_by(network, picture), index, observer);
  exhibit.picture = heat_overlay(exhibit.picture, heat.map);
  exhibit.scale = true;
  exhibit.steps = heat.steps;
  exhibit.stopped = heat.stopped;
  exhibit.legend = fmt::format("bright: where {} for '{}' ({})", heat.told, network.classes[static_cast<std::size_t>(index)],
                               percent(probabilities[index].item<double>()));
  return exhibit;
}

Exhibit exhibit_of(const dream::Visualization& seen, std::string legend, int size) {
  const auto longer = static_cast<double>(std::max(seen.picture.size(2), seen.picture.size(3)));
  const auto side = [&](int64_t length) { return std::lround(static_cast<double>(length) * size / longer); };
  const auto picture = resize(seen.picture, side(seen.picture.size(2)), side(seen.picture.size(3))).clamp(0, 1);
  return {to_image(picture), std::move(legend), false, seen.steps, seen.stopped};
}

dream::VisualizationSettings search_of(const ExplainRequest& request, std::int64_t steps) {
  dream::VisualizationSettings settings;
  settings.side = std::min(request.size, 384);  // beyond, forms only grow in number
  settings.steps = steps_of(request, steps);
  settings.seed = static_cast<uint64_t>(request.seed);
  return settings;
}

Exhibit show_unit(const ExplainRequest& request, const FeatureNetwork& network, Observer& observer) {
  const auto target = dream::parse_target(request.unit);
  const auto seen = dream::visualize_unit(network, target, search_of(request, 256), observer);
  const bool is_class = network.stage(target.layer) == network.stages.size() - 1 && target.channel && !network.classes.empty();
  const auto name = is_class         ? fmt::format("'{}'", network.classes[static_cast<std::size_t>(*target.channel)])
                    : target.channel ? fmt::format("channel {} of {}", *target.channel, target.layer)
                                     : fmt::format("layer {}", target.layer);
  return exhibit_of(seen, fmt::format("what {} of {} wants to see", name, network.name), request.size);
}

Exhibit show_reconstruction(const ExplainRequest& request, const FeatureNetwork& network, Observer& observer) {
  Image shown;
  const auto picture = load_picture(request, shown);
  const double scale = std::min(1.0, 384.0 / std::max(shown.width, shown.height));
  const auto side = [&](int length) { return std::max<int64_t>(32, std::lround(length * scale)); };
  const auto small = resize(picture, side(shown.height), side(shown.width)).clamp(0, 1);
  const auto seen = dream::reconstruct(network, small, request.reconstruct, search_of(request, 300), observer);
  return exhibit_of(seen,
                    fmt::format("what {} of {} still knows of the picture ({:.0f} % of its features)", request.reconstruct,
                                network.name, 100 * (1 + seen.last)),
                    request.size);
}

Exhibit exhibit_for(const ExplainRequest& request, const FeatureNetwork& network, Observer& observer) {
  if (!request.unit.empty()) return show_unit(request, network, observer);
  if (!request.reconstruct.empty()) return show_reconstruction(request, network, observer);
  if (request.method == "style-contribution") {
    auto sheet = style_contribution_sheet(request, network, observer);
    return {std::move(sheet.picture), std::move(sheet.legend), sheet.scale, sheet.steps, sheet.stopped};
  }
  return explain_class(request, network, observer);
}

}  // namespace

Painting run_explain(const ExplainRequest& request, const LoadedNetwork& loaded, Observer& observer) {
  auto recipe = make_recipe(request);
  recipe["model"] = {{"name", loaded.network.name}, {"file", loaded.file}, {"sha256", loaded.sha256}};
  if (!loaded.licence.empty()) recipe["model"]["licence"] = loaded.licence;
  const auto exhibit = exhibit_for(request, loaded.network, observer);
  observer.on_message(exhibit.legend);
  Painting painting;
  painting.picture = request.no_legend ? exhibit.picture : with_legend(exhibit.picture, exhibit.legend, exhibit.scale);
  if (!request.post.empty() && !exhibit.stopped)
    painting.picture = run_chain(painting.picture, request.post, request.seed, observer);
  painting.steps = exhibit.steps;
  painting.stopped = exhibit.stopped;
  recipe["stopped"] = exhibit.stopped;
  painting.recipe = recipe.dump();
  painting.parameters =
      fmt::format("Steps: {}, Seed: {}, Size: {}x{}, Model: {}, Shows: {}, Version: inkstone {}", painting.steps, request.seed,
                  painting.picture.width, painting.picture.height, loaded.network.name, exhibit.legend, version());
  return painting;
}

}  // namespace inkstone::studio
