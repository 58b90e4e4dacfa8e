#include "sample/unclip/painter.hpp"

#include <functional>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "tensor/noise.hpp"
#include "tensor/picture.hpp"

namespace inkstone::unclip {

// One generator for all that a picture draws, in the order of the stages.
class Painter::Draws {
 public:
  explicit Draws(uint64_t seed) : generator_(generator_of(seed)) {}
  at::Tensor next(at::IntArrayRef shape) { return at::randn(shape, generator_, at::kFloat); }

 private:
  at::Generator generator_;
};

// A walk from noise, and what watches it.
struct Painter::Course {
  using Network = std::function<at::Tensor(std::size_t step, const at::Tensor& x, const at::Tensor& time)>;  // -> output, float32

  Draws draws;
  sd::WalkObserver& observer;
  bool stopped = false;

  // Stopped between two steps, it gives the estimate of the last one.
  at::Tensor walk(const char* stage, const Schedule& schedule, at::IntArrayRef shape, const Network& network, bool shown) {
    observer.begin(stage);
    auto x = draws.next(shape);
    for (std::size_t step = 0; step < schedule.steps(); ++step) {
      const auto output = network(step, x, at::full({1}, double(schedule.time(step)), at::kFloat));
      const auto estimate = schedule.estimate(step, output, x);
      observer.see(shown ? estimate : at::Tensor());
      observer.on_progress({stage, int64_t(step) + 1, int64_t(schedule.steps()), {}, -1});
      if (step + 1 < schedule.steps() && (stopped = observer.stop_requested())) return estimate;
      x = schedule.next(step, estimate, output, x, schedule.draws_noise(step) ? draws.next(shape) : at::Tensor());
    }
    return x;
  }
};

namespace {

// Away from what is said without words; the variance, where the network says one, is that of the words.
at::Tensor guided(const at::Tensor& with, const at::Tensor& without, double scale, int64_t channels) {
  const auto base = without.narrow(1, 0, channels);
  const auto led = base + (with.narrow(1, 0, channels) - base) * scale;
  return with.size(1) == channels ? led : at::cat({led, with.narrow(1, channels, with.size(1) - channels)}, 1);
}

}  // namespace

bool Painter::is_too_long(const std::string& words) const {
  return int64_t(model_.tokenizer.encode(words).size()) > model_.text->config().positions - 2;
}

// Padding is left out: no row that counts sees it.
Painter::Words Painter::told(const std::string& words) {
  auto ids = model_.tokenizer.encode(words);
  ids.resize(std::min<std::size_t>(ids.size(), std::size_t(model_.text->config().positions) - 2));
  ids.insert(ids.begin(), model_.tokenizer.start());
  ids.push_back(model_.tokenizer.end());
  const auto embedded = model_.text->embed(at::tensor(ids, at::kLong).unsqueeze(0));
  const auto answer = model_.text->forward(embedded, {int64_t(ids.size()) - 1}, {.pooled = true});
  return {answer.pooled, answer.hidden};
}

at::Tensor Painter::see(const at::Tensor& picture) {
  if (!model_.vision)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} has no image_encoder, so it paints from words alone; leave --init-img out", model_.name));
  const at::NoGradGuard inference;
  return (*model_.vision)->forward(clip_pixels(picture, (*model_.vision)->config().side));
}

at::Tensor Painter::imagined(const Brief& brief, const Words& words, const Words& without, Course& course) {
  auto& prior = *model_.prior;
  const Schedule schedule(model_.schedules.prior, brief.prior_steps);
  const auto width = prior->config().embedding;
  const auto said = [&](const at::Tensor& x, const at::Tensor& time, const Words& text) {
    return prior->forward(x.to(compute_), time, text.pooled, text.hidden).to(at::kFloat);
  };
  const auto network = [&](std::size_t, const at::Tensor& x, const at::Tensor& time) {
    const auto with = said(x, time, words);
    return brief.prior_guidance == 1 ? with : guided(with, said(x, time, without), brief.prior_guidance, width);
  };
  return prior->unscaled(course.walk("prior", schedule, {1, width}, network, false));
}

at::Tensor Painter::decoded(const Brief& brief, const at::Tensor& embedding, const Words& words, const Words& without,
                            Course& course) {
  const auto& config = model_.decoder->config();
  const Schedule schedule(model_.schedules.decoder, brief.decoder_steps);
  const auto project = [&](const at::Tensor& picture, const Words& text) {
    return model_.projection->forward(picture, text.pooled.to(compute_), text.hidden.to(compute_));
  };
  const auto given = project(embedding, words), nothing = project({}, without);
  const auto said = [&](const at::Tensor& x, const at::Tensor& time, const DecoderCondition& condition) {
    return model_.decoder->forward(x.to(compute_), time, condition.context, condition.added).to(at::kFloat);
  };
  const auto network = [&](std::size_t, const at::Tensor& x, const at::Tensor& time) {
    const auto with = said(x, time, given);
    return brief.decoder_guidance == 1 ? with : guided(with, said(x, time, nothing), brief.decoder_guidance, config.in_channels);
  };
  return course.walk("decode", schedule, {1, config.in_channels, config.side, config.side}, network, true).clamp(-1, 1);
}

at::Tensor Painter::resized(const at::Tensor& small) const {
  return resize(small, side(), side());
}

at::Tensor Painter::enlarged(const Brief& brief, const at::Tensor& small, Course& course) {
  const Schedule schedule(model_.schedules.upsampler, brief.upsampler_steps);
  const auto large = resized(small);
  const auto network = [&](std::size_t step, const at::Tensor& x, const at::Tensor& time) {
    auto& unet = step + 1 == schedule.steps() ? model_.last : model_.first;
    return unet->forward(at::cat({x, large}, 1).to(compute_), time).to(at::kFloat);
  };
  return course.walk("upsample", schedule, {1, 3, side(), side()}, network, true).clamp(-1, 1);
}

BriefResult Painter::paint(const Brief& brief, Observer& observer) {
  const at::NoGradGuard inference;
  if (!brief.embedding.defined() && !model_.prior)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} has no prior, so it paints from pictures alone; give one with --init-img", model_.name));
  const auto steps = (brief.embedding.defined() ? 0 : brief.prior_steps) + brief.decoder_steps + brief.upsampler_steps;
  sd::WalkObserver watching(observer, steps,
                            brief.preview ? [](const at::Tensor& x) { return x; } : sd::WalkObserver::MakePicture());
  Course course{Draws(brief.seed), watching};
  const auto words = told(brief.prompt), without = told(brief.negative_prompt);
  const auto embedding = brief.embedding.defined() ? brief.embedding : imagined(brief, words, without, course);
  if (course.stopped) throw Error(ErrorCategory::cancelled, "stopped before there was a picture");
  const auto small = decoded(brief, embedding, words, without, course);
  if (course.stopped) return {resized(small).clamp(-1, 1), true};
  const auto picture = enlarged(brief, small, course);
  return {picture, course.stopped};
}

}  // namespace inkstone::unclip
