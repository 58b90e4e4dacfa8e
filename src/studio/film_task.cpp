#include "studio/film_task.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "studio/film.hpp"
#include "studio/film_painter.hpp"
#include "studio/picture_networks.hpp"
#include "studio/recipe.hpp"
#include "studio/stylize_task.hpp"
#include "studio/unfinished_film.hpp"
#include "tensor/picture.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

void check_film(const StylizeRequest& request) {
  const auto refuse = [](bool wrong, const std::string& what) {
    if (wrong) throw Error(ErrorCategory::bad_argument, what);
  };
  refuse(request.style.empty() && !is_picture_network(request.model),
         "no style; name a painting with --style PAINTING, or a network that paints with --model NAME");
  refuse(request.refine > 0, "--refine is for pictures, not for films");
  refuse(request.init != "content" && request.init != "random", "--init PICTURE is for pictures, not for films");
  refuse(request.save_every > 0 || !request.loss_log.empty(), "--save-every and --loss-log are for pictures, not for films");
  refuse(!is_film(request.output),
         fmt::format("{} is no name for a film; end it in .mp4, .mov, .mkv, .webm, .avi or .m4v", request.output));
}

// The longer side as asked, both even: most players want that.
FilmInfo sized(FilmInfo info, int longer_side) {
  const double scale = double(longer_side) / std::max(info.width, info.height);
  const auto even = [&](int side) { return std::max(2, int(std::lround(side * scale / 2)) * 2); };
  info.width = even(info.width);
  info.height = even(info.height);
  return info;
}

nlohmann::json recipe_of_film(const StylizeRequest& request, const FilmPainter& painter) {
  auto recipe = make_recipe(request);
  recipe["model"] = painter.model();
  return recipe;
}

class FilmProgress {
 public:
  // before: frames that an earlier process painted.
  FilmProgress(Observer& observer, std::int64_t total, std::int64_t before)
      : observer_(observer), total_(total), before_(before) {}
  void tell(std::int64_t frames) const {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    Progress progress;
    progress.stage = "film";
    progress.step = frames;
    progress.total = total_;
    if (total_ > 0)
      progress.seconds_left = seconds / double(frames - before_) * double(std::max<std::int64_t>(0, total_ - frames));
    observer_.on_progress(progress);
  }

 private:
  Observer& observer_;
  std::int64_t total_, before_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

class FilmTask {
 public:
  FilmTask(const StylizeRequest& request, LoadedModels& models, Observer& observer)
      : request_(request),
        observer_(observer),
        info_(sized(probe_film(request.content.value), request.size)),
        painter_(make_film_painter(request, models, info_.width, info_.height)),
        film_(request.output, recipe_of_film(request, *painter_), info_, painter_->piece_frames(), request.restart),
        steady_(painter_->mixing()) {}

  FilmReport run() {
    FilmReport report;
    report.frames = report.frames_before = film_.kept_frames();
    if (report.frames > 0) {
      steady_.go_on_from(film_.memory());
      observer_.on_message(fmt::format("going on after {} frames", report.frames));
    }
    paint(report);
    if (report.frames == 0)
      throw report.stopped ? Error(ErrorCategory::cancelled, "stopped before the first frame was painted")
                           : Error(ErrorCategory::corrupt_file, fmt::format("{} has no pictures in it", request_.content.value));
    film_.join(info_.sound ? fs::path(request_.content.value) : fs::path(), !report.stopped);
    report.flicker_before = steady_.flicker_before();
    report.flicker_after = steady_.flicker_after();
    return report;
  }

 private:
  void paint(FilmReport& report) {
    FilmReader reader(request_.content.value, info_.width, info_.height, report.frames);
    const FilmProgress progress(observer_, info_.frames, report.frames);
    while (auto frame = reader.next()) {
      if ((report.stopped = observer_.stop_requested() || !paint_frame(to_tensor(*frame), report.frames))) return;
      progress.tell(++report.frames);
    }
    reader.finish();
  }

  // False where it was stopped in the middle.
  bool paint_frame(const at::Tensor& photograph, std::int64_t number) {
    const auto carried = steady_.carry(photograph);
    const auto painting = painter_->paint(photograph, carried, observer_);
    if (!painting) return false;
    Image picture = to_image(steady_.hold(photograph, *painting, carried));
    Observer silent;
    if (!request_.post.empty()) picture = run_chain(picture, request_.post, request_.seed, silent);
    if (observer_.wants_preview(number + 1)) observer_.on_preview(picture, number + 1);
    film_.add(picture, steady_.memory());
    return true;
  }

  const StylizeRequest& request_;
  Observer& observer_;
  const FilmInfo info_;
  const std::unique_ptr<FilmPainter> painter_;
  UnfinishedFilm film_;
  transform::Steady steady_;
};

}  // namespace

FilmReport run_film(const StylizeRequest& request, LoadedModels& models, Observer& observer) {
  check_film(request);
  return FilmTask(request, models, observer).run();
}

}  // namespace inkstone::studio
