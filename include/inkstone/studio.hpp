// The library's front door: a request in, a painting out. What a program linked to Inkstone, the command line and the
// server use; nothing of torch or libvips shows through.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "inkstone/annotate_request.hpp"
#include "inkstone/annotation.hpp"
#include "inkstone/bench_request.hpp"
#include "inkstone/dream_request.hpp"
#include "inkstone/error.hpp"
#include "inkstone/evaluate_request.hpp"
#include "inkstone/explain_request.hpp"
#include "inkstone/image.hpp"
#include "inkstone/model_memory.hpp"
#include "inkstone/observer.hpp"
#include "inkstone/paint_request.hpp"
#include "inkstone/post_request.hpp"
#include "inkstone/project_request.hpp"
#include "inkstone/quality_request.hpp"
#include "inkstone/restore_request.hpp"
#include "inkstone/stylize_request.hpp"
#include "inkstone/train_request.hpp"
#include "inkstone/upscale_request.hpp"

namespace inkstone {

// "0.1.0"
std::string_view version();

// The extension of pictures that were given no name: ".png", or ".ppm" in the engine, which has no image library.
std::string_view picture_ending();

// A picture and how it came to be.
struct Painting {
  Image picture;
  std::string parameters;  // one line of settings as other painters write it ("Steps: 300, Seed: 0, ...")
  std::string recipe;      // JSON: request, seeds, model, version, parents by sha256; what replay paints from
  std::string exif;        // the photograph's own EXIF block, to be written into the file; empty where nothing private is
  bool generated = true;   // by a trained network; false for filters alone
  int bits = 8;            // per channel of the file, where its format has a choice: 8 or 16
  bool stopped = false;    // the observer asked to stop; picture is what there was
  std::int64_t steps = 0;
  double content_loss = 0, style_loss = 0, tv_loss = 0;  // unweighted, of the last step; 0 for filters
};

// What a picture file says of itself.
struct PictureReport {
  int width = 0, height = 0, bits = 8;
  bool alpha = false;
  std::string format;              // "PNG"
  std::string parameters, recipe;  // empty where absent
  std::string software, digital_source_type, licence;
};

// How a run of training ended.
struct TrainingReport {
  std::filesystem::path folder;
  std::string outcome;   // "finished", "stopped on request", ...
  bool stopped = false;  // the observer asked to stop; --resume goes on
  std::int64_t steps = 0;
  std::map<std::string, double> values;  // the last means of losses and rates
};

// One figure, with its 95% interval (low = high = value where there is none) and, where it wants care, a word on that.
struct Measure {
  std::string name;
  double value = 0, low = 0, high = 0;
  std::string note;
};

struct EvaluationReport {
  std::string features;  // the network that looked at the pictures
  std::vector<Measure> values;
  std::string json;  // all of it, with what it depends on
};

// What became of a film.
struct FilmReport {
  std::int64_t frames = 0;         // of the film
  std::int64_t frames_before = 0;  // of these, painted by a process that did not finish
  bool stopped = false;            // the observer asked; the film ends there, and the same request goes on
  // Mean difference between a frame and the one before carried along its motion, of 255: as painted, and as written.
  double flicker_before = 0, flicker_after = 0;
};

// How long a network took, run by run, shortest first.
struct BenchReport {
  std::string model;
  std::vector<double> milliseconds;
  double processor_milliseconds = 0;  // median, summed over threads: what counts where others share the machine
  std::int64_t peak_bytes = 0;        // the most memory the process has held; 0: not known
  int threads = 1;
};

// A picture that a network made, beside what does without one (bicubic enlargement; the noisy picture as it is), against the good
// one.
struct PictureQuality {
  std::string name;
  double psnr = 0, ssim = 0;  // dB, and up to 1
  double plain_psnr = 0, plain_ssim = 0;
};

struct QualityReport {
  std::string model;
  int scale = 1;
  std::vector<PictureQuality> pictures;
};

// An option of a training run, as a flag or a form shows it.
struct TrainingOption {
  std::string name, help, group;
  std::string section;   // table of the config: "model", "pictures" or "train"
  std::string allowed;   // "0 to 1", "adam or sgd"; empty where everything goes
  std::string fallback;  // JSON
  std::string kind;      // "boolean", "integer", "number" or "text"
  bool list = false;
};

struct FamilyInfo {
  std::string name, summary;
  std::vector<TrainingOption> options;  // its own: section "model"
};

std::vector<FamilyInfo> training_families();
std::vector<TrainingOption> training_options();  // of the loop and the data, the same for every family
std::vector<std::string> training_configs();     // those that are built in, by name

// Thread-safe for one task at a time. Every call blocks and throws Error alone.
class Studio {
 public:
  // threads 0: one per core. model_memory: bytes of models that stay loaded from one call to the next, those used last; 0: none.
  explicit Studio(int threads = 0, double model_memory = kModelMemoryByItself);
  ~Studio();
  Studio(const Studio&) = delete;
  Studio& operator=(const Studio&) = delete;

  // given: options that were set on purpose, so that a preset leaves them alone; those that differ from their default
  // count as given in any case. Equal requests give equal pixels on one machine.
  Painting stylize(const StylizeRequest& request, Observer& observer, const std::set<std::string>& given = {});

  // The same for a film, frame by frame from file to file through ffmpeg, with its sound. What is done lies beside the output in
  // OUTPUT.parts until the film is whole: the same request goes on from there.
  FilmReport stylize_film(const StylizeRequest& request, Observer& observer, const std::set<std::string>& given = {});
  // Whether stylize_film is the one to call, by the name's ending.
  static bool is_film(const std::filesystem::path& path);

  Painting post(const PostRequest& request, Observer& observer);

  // A larger picture, and a better one. Throw cancelled where the observer asks to stop: there is no half of either.
  Painting upscale(const UpscaleRequest& request, Observer& observer);
  Painting restore(const RestoreRequest& request, Observer& observer);

  // One picture, or with request.zoom the frames of a film, in order.
  std::vector<Painting> dream(const DreamRequest& request, Observer& observer);
  // The picture and beside it what a StyleGAN paints of it; the style that paints it is in the recipe, for PaintRequest::latents
  // and save_style. Throws unsupported for a model that is no StyleGAN.
  Painting project(const ProjectRequest& request, Observer& observer);
  // What the picture shows is under it and told as messages. Throws unsupported for a network without classes where one is asked
  // for.
  Painting explain(const ExplainRequest& request, Observer& observer);
  // Without the tags' network everything but the tags is noted, and a message says which command fetches it.
  AnnotationReport annotate(const AnnotateRequest& request, Observer& observer);

  // Pictures from a trained model or a rule; with request.grid one picture of all of them. frames: of a walk, in order.
  std::vector<Painting> paint(const PaintRequest& request, Observer& observer);
  // One picture of each seed, in one batch, by a model that reads; request.seed and request.batch count for nothing. Each has the
  // recipe that it would have alone, and its pixels to 60 dB. Fewer where the observer asked to stop.
  std::vector<Painting> paint_each(const PaintRequest& request, const std::vector<std::int64_t>& seeds, Observer& observer);

  // Trains to the end of the plan, or until the observer asks to stop; checkpoints and everything else go to request.output.
  TrainingReport train(const TrainRequest& request, Observer& observer);
  // Measures the pictures of a run, a model, a folder or a data set against real ones.
  EvaluationReport evaluate(const EvaluateRequest& request, Observer& observer);
  // Times a network that paints on a made-up picture.
  BenchReport bench(const BenchRequest& request, Observer& observer);
  // How true its pictures are.
  QualityReport quality(const QualityRequest& request, Observer& observer);
  // The complete config that request comes to, as TOML.
  std::string training_config(const TrainRequest& request);

  // Paints again what the recipe in the file says. Its parents (photograph, paintings, masks) are found by sha256 in the
  // search folders. Throws not_found naming the parent that is missing, unsupported for a picture without recipe.
  Painting replay(const std::filesystem::path& picture, const std::vector<std::filesystem::path>& search, Observer& observer);

  PictureReport report(const std::filesystem::path& picture);

  // The invisible mark of so many bytes that --post watermark leaves; noise where there is none. Throws bad_argument for a
  // picture too small for it.
  std::string watermark(const std::filesystem::path& picture, int bytes);

  // Picture and recipe into one file, whole or not at all; the format follows the extension. A name in .safetensors takes any
  // number of pictures, as a packed data set.
  void save(const Painting& painting, const std::filesystem::path& path);
  void save(const std::vector<Painting>& paintings, const std::filesystem::path& path);
  void save(const Image& picture, const std::filesystem::path& path);

  // The style of a projected picture, as tensor `w` [1,layers,numbers] of a safetensors file. Throws unsupported for another
  // picture, io.
  void save_style(const Painting& painting, const std::filesystem::path& path);

  // Frames of one size as a moving picture, .gif or .mp4, through ffmpeg. Throws unsupported where it is not installed, io.
  void save_animation(const std::vector<Painting>& frames, const std::filesystem::path& path, int frames_per_second);

  // May be asked while a task runs.
  ModelMemory model_memory() const;

  // Throws bad_argument or io if save would, or for what moves save_animation: unknown extension, no such folder, not allowed to
  // write. Before the work, not after.
  void check_output(const std::filesystem::path& path, bool moves = false);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace inkstone
