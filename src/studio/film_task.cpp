#include "studio/film_task.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "studio/film.hpp"
#include "studio/restyler.hpp"
#include "studio/stylize_task.hpp"
#include "tensor/picture.hpp"
#include "transform/steady.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

void check_film(const StylizeRequest& request) {
  const auto fail = [](const std::string& what) { throw Error(ErrorCategory::bad_argument, what); };
  if (request.model.empty())
    fail("films are painted by networks that paint by themselves; name one with --model (inkstone models list)");
  if (request.refine > 0) fail("--refine is for pictures, not for films");
  if (!is_film(request.output))
    fail(fmt::format("{} is no name for a film; end it in .mp4, .mov, .mkv, .webm, .avi or .m4v", request.output));
}

// The longer side as asked, both even: most players want that.
FilmInfo sized(FilmInfo info, int longer_side) {
  const double scale = double(longer_side) / std::max(info.width, info.height);
  const auto even = [&](int side) { return std::max(2, int(std::lround(side * scale / 2)) * 2); };
  info.width = even(info.width);
  info.height = even(info.height);
  return info;
}

// Takes the film's name only when it is whole, or as much as was wanted.
fs::path unfinished(const fs::path& output) {
  return output.parent_path() / (output.stem().string() + ".part" + output.extension().string());
}

class FilmProgress {
 public:
  FilmProgress(Observer& observer, std::int64_t total) : observer_(observer), total_(total) {}
  void tell(std::int64_t frames) const {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    Progress progress;
    progress.stage = "film";
    progress.step = frames;
    progress.total = total_;
    if (total_ > 0) progress.seconds_left = seconds / double(frames) * double(std::max<std::int64_t>(0, total_ - frames));
    observer_.on_progress(progress);
  }

 private:
  Observer& observer_;
  std::int64_t total_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

FilmReport run_film(const StylizeRequest& request, LoadedModels& models, Observer& observer) {
  check_film(request);
  const auto info = sized(probe_film(request.content.value), request.size);
  Restyler restyler(request, models, info.width, info.height);
  transform::Steady steady(request.steadiness);
  const fs::path output = request.output, part = unfinished(output);
  FilmReader reader(request.content.value, info.width, info.height);
  FilmWriter writer(part, info.width, info.height, info.rate, info.sound ? fs::path(request.content.value) : fs::path());
  const FilmProgress progress(observer, info.frames);
  Observer silent;
  FilmReport report;
  while (auto frame = reader.next()) {
    const auto photograph = to_tensor(*frame);
    const auto painted = steady.hold(photograph, restyler.paint(photograph, silent));
    Image picture = to_image(painted);
    if (!request.post.empty()) picture = run_chain(picture, request.post, request.seed, silent);
    writer.add(picture);
    progress.tell(++report.frames);
    if ((report.stopped = observer.stop_requested())) break;
  }
  if (!report.stopped) reader.finish();
  if (report.frames == 0)
    throw Error(ErrorCategory::corrupt_file, fmt::format("{} has no pictures in it", request.content.value));
  writer.finish();
  fs::rename(part, output);
  report.flicker_before = steady.flicker_before();
  report.flicker_after = steady.flicker_after();
  return report;
}

}  // namespace inkstone::studio
