#include <algorithm>
#include <random>

#include "core/memory.hpp"
#include "core/options.hpp"
#include "inkstone/studio.hpp"
#include "post/chain.hpp"
#include "studio/animation.hpp"
#include "studio/diffusion/orders.hpp"
#include "studio/evaluate_task.hpp"
#include "studio/output.hpp"
#include "studio/packed_output.hpp"
#include "studio/paint_task.hpp"
#include "studio/state.hpp"
#include "studio/train_task.hpp"
#include "studio/translate.hpp"
#include "tensor/compute.hpp"

namespace inkstone {

namespace fs = std::filesystem;

std::string_view version() {
  return INKSTONE_VERSION;
}

std::int64_t studio::drawn_seed(std::int64_t seed) {
  return seed >= 0 ? seed : std::int64_t(std::random_device()());
}

Studio::Studio(int threads, double model_memory) {
  constexpr double kShare = 0.25;  // pictures on their way want memory too
  const double bytes = model_memory < 0 ? kShare * double(available_memory()) : model_memory;
  state_ = std::make_unique<State>(std::uint64_t(std::min(bytes, 1e18)));
  start_compute(threads);
}

ModelMemory Studio::model_memory() const {
  return state_->models.summary();
}

Studio::~Studio() = default;

std::vector<Painting> Studio::paint(const PaintRequest& request, Observer& observer) {
  return studio::with_room(state_->models, [&] {
    check_request(request);
    parse_post_chain(request.post);
    auto complete = request;
    complete.seed = studio::drawn_seed(complete.seed);
    return studio::run_paint(complete, state_->models, observer);
  });
}

std::vector<Painting> Studio::paint_each(const PaintRequest& request, const std::vector<std::int64_t>& seeds,
                                         Observer& observer) {
  return studio::with_room(state_->models, [&] {
    check_request(request);
    parse_post_chain(request.post);
    studio::KnownFiles known;
    auto complete = request;
    complete.batch = 1;
    for (const auto seed : seeds) {
      complete.seed = studio::drawn_seed(seed);
      for (auto& order : studio::orders_of(complete, {})) known.orders.push_back(std::move(order));
    }
    return studio::run_paint(complete, state_->models, observer, known);
  });
}

TrainingReport Studio::train(const TrainRequest& request, Observer& observer) {
  return studio::translated([&] { return studio::run_training(request, observer); });
}

EvaluationReport Studio::evaluate(const EvaluateRequest& request, Observer& observer) {
  return studio::translated([&] {
    check_request(request);
    return studio::run_evaluate(request, observer);
  });
}

std::string Studio::training_config(const TrainRequest& request) {
  return studio::translated([&] { return plan_text(studio::resolve_plan(request)); });
}

void Studio::save(const Painting& painting, const fs::path& path) {
  studio::translated([&] { studio::save_painting(painting, path); });
}

void Studio::save(const std::vector<Painting>& paintings, const fs::path& path) {
  studio::translated([&] { studio::save_packed(paintings, path); });
}

void Studio::save_animation(const std::vector<Painting>& frames, const fs::path& path, int frames_per_second) {
  studio::translated([&] { studio::save_animation(frames, path, frames_per_second); });
}

void Studio::check_output(const fs::path& path, bool moves) {
  studio::translated([&] { studio::check_output(path, moves); });
}

}  // namespace inkstone
