#include "studio/dream_task.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "dream/deep_dream.hpp"
#include "studio/recipe.hpp"
#include "studio/source_picture.hpp"
#include "studio/style_pictures.hpp"
#include "studio/stylize_task.hpp"
#include "tensor/picture.hpp"

namespace inkstone::studio {
namespace {

constexpr int kLeastSide = 32;   // deeper layers see nothing of less
constexpr int kGuideSide = 224;  // as google/deepdream

void check_side(const Image& picture) {
  if (std::min(picture.width, picture.height) >= kLeastSide) return;
  throw Error(ErrorCategory::bad_argument,
              fmt::format("the result would be {}x{}; both sides must be at least {} pixels, so raise --size", picture.width,
                          picture.height, kLeastSide));
}

std::string dream_parameters(const DreamRequest& request, const LoadedNetwork& loaded, const Painting& painting) {
  const auto what = request.class_name.empty() ? fmt::format("{}", fmt::join(request.layers, " ")) : request.class_name;
  return fmt::format("Steps: {}, Sampler: DeepDream, Seed: {}, Size: {}x{}, Model: {}, Dream of: {}, Version: inkstone {}",
                     painting.steps, request.seed, painting.picture.width, painting.picture.height, loaded.network.name, what,
                     version());
}

// What every frame shares.
class Dreamer {
 public:
  Dreamer(const DreamRequest& request, const LoadedNetwork& loaded, Observer& observer)
      : request_(dream::with_network_defaults(request, loaded.network)),
        loaded_(loaded),
        observer_(observer),
        recipe_(make_recipe(request)),
        dream_(loaded.network, request_, guide()) {
    recipe_["model"] = {{"name", loaded.network.name}, {"file", loaded.file}, {"sha256", loaded.sha256}};
    if (!loaded.licence.empty()) recipe_["model"]["licence"] = loaded.licence;
    const Image source = decode_at(request_.picture.value, request_.size);
    check_side(source);
    if (source.channels == 4) alpha_ = alpha_of(source);
    picture_ = to_tensor(on_white(source)).clamp(0, 1);
  }

  std::vector<Painting> paint() {
    const int frames = std::max(1, request_.zoom);
    std::vector<Painting> paintings;
    for (int frame = 0; frame < frames; ++frame) {
      const auto stage = request_.zoom > 0 ? fmt::format("frame {} of {}", frame + 1, frames) : std::string("dream");
      const auto result = dream_.run(picture_, stage, observer_);
      if (result.stopped && !paintings.empty()) {
        paintings.back().stopped = true;
        break;
      }
      paintings.push_back(finish(result));
      if (result.stopped) break;
      picture_ = dream::zoomed(result.picture, request_.zoom_speed);
    }
    return paintings;
  }

 private:
  at::Tensor guide() const {
    return request_.guide.empty() ? at::Tensor() : to_tensor(load_at(request_.guide.value, kGuideSide)).clamp(0, 1);
  }

  Painting finish(const dream::DreamResult& result) {
    Painting painting;
    painting.picture = to_image(result.picture);
    if (alpha_.defined()) painting.picture = with_alpha(painting.picture, alpha_);
    if (!request_.post.empty() && !result.stopped)
      painting.picture = run_chain(painting.picture, request_.post, request_.seed, observer_);
    painting.steps = result.steps;
    painting.stopped = result.stopped;
    painting.parameters = dream_parameters(request_, loaded_, painting);
    recipe_["steps"] = result.steps;
    recipe_["stopped"] = result.stopped;
    painting.recipe = recipe_.dump();
    return painting;
  }

  const DreamRequest request_;
  const LoadedNetwork& loaded_;
  Observer& observer_;
  nlohmann::json recipe_;
  dream::DeepDream dream_;
  at::Tensor picture_, alpha_;
};

}  // namespace

std::vector<Painting> run_dream(const DreamRequest& request, const LoadedNetwork& loaded, Observer& observer) {
  return Dreamer(request, loaded, observer).paint();
}

}  // namespace inkstone::studio
